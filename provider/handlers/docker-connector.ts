import { dockerConnectorDomain } from "../domain/docker-connector";
import type { Plain } from "../domain/plain";
import { callsForTest, testSettings } from "../domain/test-connection";
import type { Session } from "../session";
import { delegateQuestions, secretQuestions } from "./account-questions";
import { lastTest, tellFailure, testFailed, tried } from "./connection-trial";
import { type Handler, labelOf } from "./handler";
import { LAST_TEST_KEY, type Proof } from "./owned";
import { ownedObject } from "./owned-object";

/** Docker registry connectors: the life of every owned object, signed in with secrets, served by delegates, and tested. */
export function dockerConnector(session: Session): Handler {
  return ownedObject({
    session,
    domain: dockerConnectorDomain,
    objects: (harness) => harness.connectors,
    questionsHere: (inputs, scope) => [
      ...secretQuestions(session, inputs, scope),
      ...delegateQuestions(session, inputs, scope),
    ],
    prove: (proof) => prove(session, proof),
  });
}

/** Lets Harness test the connector, where the change could matter to it. */
async function prove(session: Session, { address, inputs, doing, changed, takeBack }: Proof): Promise<Plain> {
  const settings = testSettings(inputs, "warn");
  if (changed !== undefined && !callsForTest(changed)) return {};
  // What an earlier test found says nothing of these settings.
  if (settings.mode === "off") return { [LAST_TEST_KEY]: undefined };
  const label = labelOf(dockerConnectorDomain.type, inputs);
  const trial = { session, settings, address, inputs, label, doing };
  const verdict = await tried(trial);
  if (!verdict.ok && settings.mode === "require") throw testFailed(trial, verdict, await takeBack());
  tellFailure(trial, verdict);
  return lastTest(session, verdict);
}
