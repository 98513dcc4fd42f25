import { Config } from "@pulumi/pulumi";
import { HarnessImageConnector, type HarnessImageConnectorArgs, SecretText } from "pulumi-harness-images";

/** The account's default with a login; the configuration says where, with which password, and how it is tested. */
export const program = async () => {
  const config = new Config();
  const password = new SecretText("registry-password", { value: config.requireSecret("password") });
  const testConnection = config.getObject<HarnessImageConnectorArgs["testConnection"]>("test");
  const image = new HarnessImageConnector("image", {
    url: config.require("url"),
    auth: { type: "UsernamePassword", username: "robot", passwordRef: password.ref },
    connectivityMode: "Delegate",
    triggers: { password: password.version },
    ...(testConnection === undefined ? {} : { testConnection }),
  });
  return { ref: image.ref, lastTest: image.lastTest };
};
