import type { ImageAddress, RegistryClient } from "../provider/client/registry-client";
import type { Environment } from "../provider/config";
import * as provider from "../provider/runtime";
import { loginFor } from "./docker-config";

/** Registries, each asked with the login that Docker has for it. */
export class Registries {
  private readonly environment: Environment;
  private readonly clients = new Map<string, Promise<RegistryClient>>();

  constructor(environment: Environment) {
    this.environment = environment;
  }

  /** What a tag leads to, or in words why that is not known. */
  async digest(address: ImageAddress): Promise<{ readonly digest: string } | { readonly words: string }> {
    const answer = await (await this.client(address.origin)).head(address);
    if (answer.outcome === "missing") return { words: "it is not there" };
    if (answer.outcome === "failed") return { words: `${address.origin}: ${answer.words}` };
    return answer.digest === undefined
      ? { words: `${address.origin} does not tell its digest` }
      : { digest: answer.digest };
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    for (const client of this.clients.values()) await (await client).close();
  }

  private client(origin: string): Promise<RegistryClient> {
    const { environment } = this;
    const known =
      this.clients.get(origin) ??
      loginFor(origin, environment).then((login) => new provider.RegistryClient({ environment, login, origin }));
    this.clients.set(origin, known);
    return known;
  }
}
