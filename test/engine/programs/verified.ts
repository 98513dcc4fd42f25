import { Config } from "@pulumi/pulumi";
import {
  CiImages,
  type CiImagesVerifyArgs,
  HarnessImageConnector,
  SecretText,
  verifyImages,
} from "pulumi-harness-images";

const IMAGES = { addonTag: "harness/ci-addon:1.16.92", liteEngineTag: "harness/ci-lite-engine:1.16.92" };

/** What the registry is asked with. What is left out is as it should be. */
export interface Proof {
  /** The configuration key of the address. */
  readonly address?: "url" | "closed";
  readonly path?: string;
  readonly login?: "password" | "wrongPassword" | "nobody";
  readonly mode?: "warn" | "require";
  readonly platforms?: readonly string[];
  /** Whether only `up` looks. */
  readonly blind?: boolean;
}

/** The images of the account, looked for first. */
export const pinned = (proof: Proof) => async (): Promise<void> => {
  new CiImages("pinned", { infra: "K8", images: IMAGES, verify: verifyOf(proof), ...preflightOf(proof) });
};

/** Both: what is pinned in this run is what the registry must have, and not the account's present list. */
export const pinnedAndSwitched = (image: string) => async (): Promise<void> => {
  const config = new Config();
  const secret = new SecretText("token", { value: config.requireSecret("password") });
  const verify = verifyOf({ path: "/story" });
  const pinned = new CiImages("pinned", { infra: "K8", images: { addonTag: image }, verify });
  new HarnessImageConnector(
    "default",
    {
      url: verify.url,
      auth: { type: "UsernamePassword", username: "robot", passwordRef: secret.ref },
      connectivityMode: "Delegate",
      verify: { ...verify, fields: ["addonTag"] },
    },
    { dependsOn: pinned },
  );
};

/** What a program finds while it runs: the statuses, by field, or the problem. */
export const looking = (fields: readonly string[]) => async (): Promise<Record<string, unknown>> => {
  const config = new Config();
  const login = { username: "robot", password: config.require("password") };
  try {
    const found = await verifyImages({ url: `${config.require("url")}/half`, fields: [...fields], ...login });
    return { statuses: Object.fromEntries(found.map(({ field, status }) => [field, status])) };
  } catch (error) {
    return { problem: String(error) };
  }
};

/** The account's default, switched to a registry that has the images. */
export const switchedTo = (proof: Proof) => async (): Promise<void> => {
  const config = new Config();
  const secret = new SecretText("token", { value: config.requireSecret("password") });
  const { url, ...verify } = verifyOf(proof);
  new HarnessImageConnector("default", {
    url,
    auth: { type: "UsernamePassword", username: "robot", passwordRef: secret.ref },
    connectivityMode: "Delegate",
    verify: { ...verify, fields: Object.keys(IMAGES) },
    ...preflightOf(proof),
  });
};

function preflightOf({ blind }: Proof): { preflight?: "off" } {
  return blind === true ? { preflight: "off" } : {};
}

function verifyOf({
  address = "url",
  path = "/mirror",
  login = "password",
  mode,
  platforms,
}: Proof): CiImagesVerifyArgs {
  const config = new Config();
  return {
    url: `${config.require(address)}${path}`,
    ...(login === "nobody" ? {} : { username: "robot", password: config.requireSecret(login) }),
    ...(mode === undefined ? {} : { mode }),
    ...(platforms === undefined ? {} : { platforms: [...platforms] }),
  };
}
