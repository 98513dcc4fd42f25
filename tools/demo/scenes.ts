import { accountDefaultScene } from "./account-default";
import { consoleUrlScene } from "./console-url";
import { destroyScene } from "./destroy";
import { driftScene } from "./drift";
import { firstUpScene } from "./first-up";
import { replacementScene } from "./replacement";
import { secrecyScene } from "./secrecy";
import { stageOverrideScene } from "./stage-override";
import { stageRefusalScene } from "./stage-refusal";
import type { Scene } from "./theatre";
import { updateScene } from "./update";

/** The demo: three stacks' lives, each scene going on where the one before it ended. */
export const scenes: readonly Scene[] = [
  consoleUrlScene,
  firstUpScene,
  driftScene,
  updateScene,
  replacementScene,
  destroyScene,
  stageRefusalScene,
  stageOverrideScene,
  accountDefaultScene,
  secrecyScene,
];
