import type { ConnectorSpec } from "./views";

/** Where an account's own images come from at first: it depends on its age. [H114] [H116] */
export type HarnessImage = "docker-hub" | "gar";

const WORDS = {
  identifier: "harnessImage",
  name: "Harness Docker Connector",
  description: "Harness internal connector",
};
const ADDRESS: { readonly [kind in HarnessImage]: { readonly url: string; readonly providerType: string } } = {
  "docker-hub": { url: "https://index.docker.io/v2/", providerType: "DockerHub" },
  gar: { url: "https://us-docker.pkg.dev/gar-prod-setup/harness-public", providerType: "Other" },
};

/** The connector an account of some age has. */
export function harnessImage(kind: HarnessImage, viaDelegate: boolean): ConnectorSpec {
  const { url, providerType } = ADDRESS[kind];
  const auth = { type: "Anonymous" };
  return { ...WORDS, spec: { dockerRegistryUrl: url, providerType, auth, executeOnDelegate: viaDelegate } };
}
