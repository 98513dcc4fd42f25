import type { Pipelines } from "../api/pipelines";
import { MADE_HERE } from "../api/places";
import { knownText } from "../domain/object-args";
import { uneditable } from "../domain/override-trial";
import { isExpressionText } from "../domain/pipeline-yaml";
import type { Plain } from "../domain/plain";
import { suggestion } from "../domain/problem";
import { type Address, addressOfRef, describeScope, idOf } from "../domain/scope";
import { type StageAddress, stageId, stageIn } from "../domain/stage-image-override";
import { CannotOverrideError, isHarnessError } from "../errors";
import type { Finding, Question } from "../preflight";
import type { Session } from "../session";
import { permissionQuestion } from "./account-questions";
import { labelOf } from "./handler";
import { changeKey, doingTo, pipelineOf, requireContent, requireStore } from "./stage-override";
import { decideCreate, decideUpdate } from "./stage-override-decide";
import { takeoverOf } from "./stage-override-takeover";

/** The only type of connector that names images. [H113] */
const DOCKER = "DockerRegistry";

/** What is asked of Harness about an override before anything changes: whether stage and connector are such that it can be. */
export function questionsAbout(session: Session, inputs: Plain, stored: Plain): Question[] {
  const stage = stageIn(inputs);
  const names = ["orgId", "projectId", "pipelineIdentifier", "stageIdentifier", "git"];
  const needs = [...names, "connectorRef"];
  const connector = { path: "connectorRef", needs, ask: () => askConnector(session, inputs) };
  if (stage === undefined) return [connector];
  return [
    { path: "", needs: names, ask: () => askStage(session, stage, inputs, stored) },
    connector,
    permissionQuestion(session, stage, ["core_pipeline_view", "core_pipeline_edit"]),
  ];
}

/** Whether a create or an update would be refused. One read serves all overrides of a pipeline. */
async function askStage(session: Session, stage: StageAddress, inputs: Plain, stored: Plain): Promise<Finding> {
  const before = stageIn(stored);
  const known = before !== undefined && stageId(before) === stageId(stage) && before.branch === stage.branch;
  const doing = doingTo(known ? "change" : "override", labelOf("StageImageOverride", inputs), stage);
  const { pipelines, places } = session.harness(doing);
  const found = await pipelines.glance(pipelineOf(stage));
  if (found === undefined) return (await places.missing(stage)) ?? (await noPipeline(pipelines, stage));
  places.prove(stage);
  if (known) session.managed.add(changeKey(stage));
  const isNew = !known && !session.managed.has(changeKey(stage));
  const refused = refusalOf(() => {
    requireStore(found, stage, { doing });
    const pipeline = requireContent(found, { doing });
    if (known) decideUpdate(pipeline, stored, inputs, { doing });
    // A replacement is asked about twice, the second time as if nothing had been there: what stands there is its own then.
    else if (isNew) decideCreate(pipeline, inputs, { doing });
    const refusal = uneditable(pipeline).get(stage.stageIdentifier);
    if (refusal !== undefined) throw new CannotOverrideError({ doing, ...refusal });
  });
  if (refused !== undefined || !(known || isNew)) return refused;
  const news = takeoverOf(found, stage, inputs, known ? stored : undefined);
  return news === undefined ? undefined : { news };
}

/** Preview says what the update would say, in the same words. */
function refusalOf(attempt: () => void): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (isHarnessError(error)) return error.message;
    throw error;
  }
}

/** Harness takes any text for a reference, and builds fail on a wrong one. [H144] [H160] */
async function askConnector(session: Session, inputs: Plain): Promise<string | undefined> {
  const address = connectorAddress(inputs);
  if (address === undefined || session.declared.has(`connector ${idOf(address)}`)) return undefined;
  const doing = `look up connector ${idOf(address)}`;
  const { shelf } = session.harness(doing).connectors;
  const live = await shelf.find(address, { doing });
  if (live === undefined) {
    const like = await shelf.names(address, { doing }).catch((): string[] => []);
    const reference = String(inputs["connectorRef"]);
    const prefix = reference.slice(0, reference.length - address.identifier.length);
    return (
      `names the connector ${reference}, which does not exist in ${describeScope(address)}; correct it` +
      `${suggestion(address.identifier, like, prefix)}, or create the connector first (if another provider creates it in the ` +
      'same run, write preflight: "off" on this resource)'
    );
  }
  if (live.type === DOCKER) return undefined;
  return `names the connector ${inputs["connectorRef"]}, which is of type ${live.type}; Harness pulls its images only through a Docker Registry connector (${DOCKER}): name one of these`;
}

/** Where a reference leads, seen from the pipeline; undefined for expressions and what is not known yet. */
function connectorAddress(inputs: Plain): Address | undefined {
  const reference = knownText(inputs["connectorRef"]);
  if (reference === undefined || isExpressionText(reference)) return undefined;
  return addressOfRef(reference, { orgId: knownText(inputs["orgId"]), projectId: knownText(inputs["projectId"]) });
}

/** What is not there, and what is like it. That nothing can be suggested must not hide that. */
async function noPipeline(pipelines: Pipelines, stage: StageAddress): Promise<string> {
  const { orgId, projectId, pipelineIdentifier, branch } = stage;
  const project = `project ${orgId}/${projectId}`;
  const doing = `list the pipelines of ${project}`;
  const names = await pipelines.list(stage, { doing }).catch(() => undefined);
  if (branch !== undefined && names?.includes(pipelineIdentifier)) {
    const elsewhere = await pipelines.glance(pipelineOf({ ...stage, branch: undefined })).catch(() => undefined);
    const known = elsewhere?.git === undefined ? "" : ` (Harness shows it on "${elsewhere.git.branch}")`;
    return `pipeline "${pipelineIdentifier}" of ${project} is not on branch "${branch}"; correct git.branch${known}, or commit the pipeline there first${MADE_HERE}`;
  }
  const doubt = branch === undefined || names !== undefined ? "" : `, or its branch "${branch}" does not`;
  const like = suggestion(pipelineIdentifier, names ?? []);
  return `pipeline "${pipelineIdentifier}" does not exist in ${project}${doubt}; correct pipelineIdentifier${like}, or create the pipeline first${MADE_HERE}`;
}
