import { imageTokens } from "./account-default";
import { claim } from "./claim";
import type { Scene } from "./theatre";

const tokens = ["first-token-of-the-demo", "second-token-of-the-demo", ...Object.values(imageTokens)];

/** Where the secrets of this demo are not. */
export const secrecyScene: Scene = {
  title: "Where the tokens went",
  async play(theatre) {
    const files = theatre.written();
    const holding = (text: string) => files.filter((content) => content.includes(text)).length;
    // What the search must find, or it would prove nothing.
    claim("The registry's address stands in Pulumi's files.", holding("https://us.icr.io/my-company") > 0, true);
    const secrets = [...tokens, theatre.harness.platformApiKey];
    claim("No file holds a token or the API key in clear.", secrets.map(holding), [0, 0, 0, 0, 0]);
    const printed = secrets.filter((secret) => theatre.printed.includes(secret));
    claim("Pulumi printed neither a token nor the API key.", printed, []);
    theatre.say(
      `Pulumi wrote ${files.length} files, among them its configuration, the state and its history. Neither the four tokens ` +
        "nor the API key of Harness stand in them in clear, nor in anything it printed.",
    );
    return "Tokens and API key appear nowhere in clear: not in the state, its history, or the output.";
  },
};
