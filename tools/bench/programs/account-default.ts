import { HarnessImageConnector } from "pulumi-harness-images";

/** The account's default with a login that is there, at a registry. */
export function accountDefault(url: string, passwordRef: string): () => Promise<void> {
  return async () => {
    new HarnessImageConnector("image", {
      url,
      auth: { type: "UsernamePassword", username: "robot", passwordRef },
      connectivityMode: "Delegate",
    });
  };
}
