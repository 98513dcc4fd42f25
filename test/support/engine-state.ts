import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const properties = z.record(z.string(), z.unknown());

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().default(false),
  id: z.string().optional(),
  inputs: properties.default({}),
  outputs: properties.default({}),
  provider: z.string().optional(),
  initErrors: z.array(z.string()).default([]),
});

const deploymentSchema = z.looseObject({
  resources: z.array(resourceSchema).default([]),
  pending_operations: z.array(z.looseObject({ type: z.string(), resource: resourceSchema })).default([]),
});

const checkpointSchema = z.object({
  checkpoint: z.object({ latest: deploymentSchema.optional() }),
});

/** A resource as the state file has it: secrets are envelopes with `ciphertext`. */
export type StateResource = z.infer<typeof resourceSchema>;

/** The state of a stack: its resources and what was under way when it was written. */
export type Deployment = z.infer<typeof deploymentSchema>;

/**
 * Reads the state of a stack from its file in a file backend. Unlike an export through the CLI it also works after the
 * engine was killed, takes no time, and shows what really lies on the disk.
 */
export function readDeployment(file: string): Deployment {
  const none: Deployment = { resources: [], pending_operations: [] };
  if (!existsSync(file)) {
    return none;
  }
  return checkpointSchema.parse(JSON.parse(readFileSync(file, "utf8"))).checkpoint.latest ?? none;
}
