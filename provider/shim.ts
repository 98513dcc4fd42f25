/**
 * What the engine keeps of us. Pulumi turns a dynamic provider into text and stores that text with every resource. The object made
 * here is the whole `exports` of one module per resource type, so that an installed package is stored as a single `require` of
 * that module; where the package is linked, the arrow functions are stored instead, which is why they name the package inside.
 * Nothing else may be captured: no class, no import, nothing but the type's name.
 */
import type { dynamic } from "@pulumi/pulumi";
import type { Handler } from "./handlers/handler";

/** The provider of one resource type. */
export function shimFor(type: string): dynamic.ResourceProvider {
  return {
    configure: async (request) =>
      require("pulumi-harness-images/provider/runtime").configure((key: string) => request.config.get(key)),
    check: (olds, news) => require("pulumi-harness-images/provider/runtime").check(type, olds, news),
    diff: (id, olds, news) =>
      require("pulumi-harness-images/provider/runtime").call(type, (handler: Handler) => handler.diff(id, olds, news)),
    create: (inputs) =>
      require("pulumi-harness-images/provider/runtime").call(type, (handler: Handler) => handler.create(inputs)),
    read: (id, props) =>
      require("pulumi-harness-images/provider/runtime").call(type, (handler: Handler) => handler.read(id, props)),
    update: (id, olds, news) =>
      require("pulumi-harness-images/provider/runtime").call(type, (handler: Handler) =>
        handler.update(id, olds, news),
      ),
    delete: (id, props) =>
      require("pulumi-harness-images/provider/runtime").call(type, (handler: Handler) => handler.delete(id, props)),
  };
}
