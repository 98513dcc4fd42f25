import { dockerConnectorDomain } from "../domain/docker-connector";
import type { Session } from "../session";
import { delegateQuestions, secretQuestions } from "./account-questions";
import type { Handler } from "./handler";
import { ownedObject } from "./owned-object";

/** Docker registry connectors: the life of every owned object, signed in with secrets and served by delegates. */
export function dockerConnector(session: Session): Handler {
  return ownedObject({
    session,
    domain: dockerConnectorDomain,
    objects: (harness) => harness.connectors,
    questionsHere: (inputs, scope) => [
      ...secretQuestions(session, inputs, scope),
      ...delegateQuestions(session, inputs, scope),
    ],
  });
}
