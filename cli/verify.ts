import { parseArgs } from "node:util";
import * as provider from "../provider/runtime";
import { type Command, infraOf, type Surroundings, UsageError, urlOf } from "./command";
import { type Login, loginFor } from "./docker-config";

/** Looks for the account's images in a registry, and prints a table. */
export const verify: Command = {
  usage:
    "verify --url URL [--infra K8|VM] [--field NAME]... [--image NAME:TAG]... [--platform OS/ARCH]... [--username NAME --password-from-env VARIABLE]",
  run: async (args, surroundings) => {
    const { values } = parseArgs({
      args,
      options: {
        url: { type: "string" },
        infra: { type: "string" },
        field: { type: "string", multiple: true },
        image: { type: "string", multiple: true },
        platform: { type: "string", multiple: true },
        username: { type: "string" },
        "password-from-env": { type: "string" },
      },
    });
    const url = urlOf("--url", values.url);
    const { field: fields, image, platform: platforms } = values;
    const login = await loginOf(url, values.username, values["password-from-env"], surroundings);
    const given = image && Object.fromEntries(image.map((name) => [name, name]));
    const images = given ?? (await provider.accountImages(surroundings, infraOf(values.infra)));
    const strange = provider.misspelt(fields ?? [], Object.keys(images));
    if (strange.length > 0) throw new UsageError(`--field names what is not in the list: ${strange.join(", ")}`);
    const { environment } = surroundings;
    const looks = await provider.lookedFor({ url, images, fields, platforms, login }, { environment });
    surroundings.out(provider.imagesTable(looks));
    const { verdict, what, next } = provider.imagesReport(url, looks);
    surroundings.tell(verdict === "good" ? what : `${what}.\n  ${next}`);
    return verdict === "good" ? 0 : 1;
  },
};

/** Without one of its own, the login that Docker has. @throws UsageError */
async function loginOf(
  url: string,
  username: string | undefined,
  variable: string | undefined,
  { environment }: Surroundings,
): Promise<Login | undefined> {
  if (username === undefined && variable === undefined) return loginFor(provider.originOf(url), environment);
  if (username === undefined || variable === undefined) {
    throw new UsageError("--username and --password-from-env belong together; without both, the login is Docker's");
  }
  const password = environment[variable];
  if (password === undefined || password === "") throw new UsageError(`the variable ${variable} is not set or empty`);
  return { username, password };
}
