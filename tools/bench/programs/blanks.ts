import { dynamic } from "@pulumi/pulumi";
import { emptyProvider } from "../empty-provider";
import { argumentsOf, type ConnectorsPlan } from "./connectors";

/** A dynamic resource that takes a connector's arguments and does nothing with them. */
class Blank extends dynamic.Resource {
  constructor(name: string, args: ReturnType<typeof argumentsOf>) {
    // Loaded by name, so that it is stored as a `require` of its module, as ours is.
    const provider: dynamic.ResourceProvider = require(emptyProvider);
    super(provider, name, { ...args, name, __owner: `organization/bench/dev/${name}` }, undefined, "bench", "Blank");
  }
}

/** The program of connectors with a provider that does nothing: what the engine itself costs. */
export function blanks({ size, ...plan }: ConnectorsPlan): () => Promise<void> {
  return async () => {
    for (let index = 0; index < size; index += 1) {
      new Blank(`registry-${index}`, argumentsOf(index, plan));
    }
  };
}
