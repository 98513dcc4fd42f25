import type { Route } from "../router";
import { accessRoutes } from "./access";
import { accountRoutes } from "./accounts";
import { ciImageRoutes } from "./ci-images";
import { connectionTestRoutes } from "./connection-test";
import { connectorListRoutes } from "./connector-list";
import { connectorRoutes } from "./connectors";
import { delegateRoutes } from "./delegates";
import { organizationRoutes } from "./organizations";
import { pipelineRoutes } from "./pipelines";
import { pipelineV1Routes } from "./pipelines-v1";
import { projectRoutes } from "./projects";
import { secretRoutes } from "./secrets";

/** Every endpoint. A new part of the API is one more file of routes and one more line here. */
export const allRoutes: readonly Route[] = [
  ...accessRoutes,
  ...accountRoutes,
  ...ciImageRoutes,
  ...connectionTestRoutes,
  ...connectorListRoutes,
  ...connectorRoutes,
  ...delegateRoutes,
  ...organizationRoutes,
  ...pipelineRoutes,
  ...pipelineV1Routes,
  ...projectRoutes,
  ...secretRoutes,
];
