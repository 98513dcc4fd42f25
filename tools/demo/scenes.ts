import { consoleUrlScene } from "./console-url";
import { destroyScene } from "./destroy";
import { driftScene } from "./drift";
import { firstUpScene } from "./first-up";
import { replacementScene } from "./replacement";
import { secrecyScene } from "./secrecy";
import type { Scene } from "./theatre";
import { updateScene } from "./update";

/** The demo: one stack's life, each scene going on where the one before it ended. */
export const scenes: readonly Scene[] = [
  consoleUrlScene,
  firstUpScene,
  driftScene,
  updateScene,
  replacementScene,
  destroyScene,
  secrecyScene,
];
