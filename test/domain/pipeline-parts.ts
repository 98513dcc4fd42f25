import type { Flow, LeafModel, StageModel } from "./pipeline-model";
import { type Entry, isPlainSafe, list, map, raw, singleQuoted, type Tree, text } from "./yaml-writer";

/** What tells one stage from another: its type, and what stands in its `spec` or beside it. */
export interface Parts {
  readonly type?: string;
  readonly spec?: readonly Entry[] | Tree;
  readonly beside?: readonly Entry[];
}

/** Where the setting stands, by infrastructure. [H127] [H139] */
export const KINDS = {
  v0: [
    { name: "KubernetesDirect", key: "harnessImageConnectorRef", path: ["infrastructure", "spec"] },
    { name: "VM", key: "harnessImageConnectorRef", path: ["infrastructure", "spec", "spec"] },
    { name: "Docker", key: "harnessImageConnectorRef", path: ["runtime", "spec"] },
  ],
  v1: [
    { name: "kubernetes", key: "harness-image-connector", path: ["runtime", "kubernetes"] },
    { name: "vm", key: "harness-image-connector", path: ["runtime", "vm"] },
    { name: "shell", key: "connector", path: ["runtime", "shell"] },
  ],
} as const;

const K8S: Entry = ["type", text("KubernetesDirect")];
const NAMESPACE: Entry = ["namespace", text("ci")];

/** What other places of a pipeline can name. */
export const ANCHORED: Tree = map([
  ["img", raw('&img "account.from_anchor"')],
  [
    "k8s",
    map(
      [
        ["namespace", text("shared")],
        ["harnessImageConnectorRef", text("account.merged")],
        ["harness-image-connector", text("account.merged")],
        ["connector", text("account.merged")],
      ],
      undefined,
      "k8s",
    ),
  ],
  ["base", map([K8S, ["spec", map([NAMESPACE])], ["kubernetes", map([NAMESPACE])]], undefined, "base")],
  ["step", map([["imagePullPolicy", text("Always")]], undefined, "step")],
]);

const SETTINGS: readonly ((inFlow: boolean) => Entry)[] = [
  () => ["connectorRef", text("account.cluster")],
  () => ["namespace", text("ci: #1", "single")],
  () => ["nodeSelector", map([])],
  () => [
    "annotations",
    map([
      ["team", text("ci")],
      ["note", raw("")],
    ]),
  ],
  () => [
    "tolerations",
    list([
      map([
        ["key", text("dedicated")],
        ["operator", text("Exists")],
      ]),
    ]),
  ],
  () => ["podSpecOverlay", text("spec:\n  harnessImageConnectorRef: account.inside\n\n  # deep", "literal")],
  () => ["os", text("Linux")],
  () => ["hostNames", raw("")],
  () => ["labels", map([["a", text("b, c: d", "double")]], "line")],
  (inFlow) => ["initTimeout", inFlow ? text("10m 5s", "double") : raw('"10m', ['5s"'])],
];

const SCRIPTS = [
  text("make build"),
  text("npm ci\n# harnessImageConnectorRef: account.c\nharnessImageConnectorRef: account.d\nnpm test", "literal"),
  text("cat <<E\n spec:\n  harnessImageConnectorRef: x # pulumi a/b/c/d: was absent\n\n&infra y\nE", "literal"),
  text("echo # pulumi a/b/c/d (stage x): was y", "double"),
];

/** The setting as entries of the map that holds it, what it means, and how many lines it takes. */
export function leafOf({ style, value, gap, key }: LeafModel, name: string, inFlow: boolean) {
  const named = key === "plain" ? name : key === "single" ? singleQuoted(name) : JSON.stringify(name);
  const one = (written: string, former: string | undefined) => {
    const tree = raw(written === "" ? "" : gap + written);
    return { entries: [[named, tree]] satisfies Entry[], former: former || undefined, lines: 1 };
  };
  const plain = isPlainSafe(value) ? value : JSON.stringify(value);
  const entries: Entry[] = [];
  const below = blockLines(value);
  switch (style) {
    case "absent":
      return { entries, former: undefined, lines: 0 };
    case "merged":
      return { entries: [["<<", raw("*k8s")]] satisfies Entry[], former: "account.merged", lines: 0 };
    case "empty":
      return one("", undefined);
    case "null":
      return one("null", undefined);
    case "tilde":
      return one("~", undefined);
    case "alias":
      return one("*img", "account.from_anchor");
    case "anchored":
      return one(`&only ${plain}`, value);
    case "tagged":
      return one(`!!str ${plain}`, value);
    case "single":
      return one(singleQuoted(value), value);
    case "double":
      return one(JSON.stringify(value), value);
    case "plain":
      return one(plain, value);
  }
  if (inFlow || below === undefined) return one(plain, value);
  if (style === "literal")
    return { entries: [[named, raw("|", [value])]] satisfies Entry[], former: `${value}\n`, lines: 2 };
  return { entries: [[named, raw(">-", below)]] satisfies Entry[], former: value, lines: below.length + 1 };
}

/** The lines of a block scalar; undefined when a value cannot be one. */
function blockLines(value: string): string[] | undefined {
  if (!/^\S(.*\S)?$/.test(value) || /[^\P{C}]/u.test(value)) return undefined;
  const words = value.split(" ");
  return words.length === 2 && words.every((word) => word !== "") ? words : [value];
}

/** The map that holds the setting. */
export function holderOf(
  { settings, leaf: { at }, holder }: StageModel,
  leaf: readonly Entry[],
  inFlow: boolean,
): Tree {
  const flow = inFlow || holder !== undefined;
  const all = settings.flatMap((index) => SETTINGS.slice(index, index + 1).map((entry) => entry(flow)));
  const place = Math.min(at, all.length);
  return map([...all.slice(0, place), ...leaf, ...all.slice(place)], holder);
}

/** The script of a step, with text in it that looks like what we look for. */
export function scriptOf(index: number): readonly Entry[] {
  const script = SCRIPTS[index];
  return script === undefined
    ? [
        ["<<", raw("*step")],
        ["command", text("make")],
      ]
    : [["command", script]];
}

/** The infrastructure around the map that holds the setting. */
export function infrastructureOf(name: string, holder: Tree): Entry {
  switch (name) {
    case "VM":
      return [
        "infrastructure",
        map([
          ["type", text("VM")],
          [
            "spec",
            map([
              ["type", text("Pool")],
              ["spec", holder],
            ]),
          ],
        ]),
      ];
    case "Docker":
      return [
        "runtime",
        map([
          ["type", text("Docker")],
          ["spec", holder],
        ]),
      ];
    case "KubernetesDirect":
      return ["infrastructure", map([["spec", holder], K8S])];
    default:
      return ["runtime", map([[name, holder]])];
  }
}

const typed = (type: string, ...more: readonly Entry[]) => map([["type", text(type)], ...more]);
const input = text("<+input>");

/** Stages that can have no override. [H128] [H129] [H130] [H131] [H137] [H138] */
const IMPOSSIBLE_V0: readonly Parts[] = [
  { spec: [["runtime", typed("Cloud", ["spec", map([])])]] },
  { spec: [["infrastructure", map([["useFromStage", text("elsewhere")]])]] },
  { spec: [["infrastructure", typed("KubernetesHosted", ["spec", map([["identifier", text("x")]])])]] },
  { type: "Deployment", spec: [["infrastructure", typed("KubernetesDirect", ["spec", map([NAMESPACE])])]] },
  { type: "Custom", spec: [] },
  { type: "Approval", spec: [] },
  {
    type: "Pipeline",
    spec: map([
      ["org", text("default")],
      ["pipeline", text("other")],
      ["project", text("demo")],
    ]),
  },
  { spec: input },
  { spec: [["infrastructure", input]] },
  { spec: [["runtime", input]] },
  { spec: [["infrastructure", typed("KubernetesDirect", ["spec", input])]] },
  { spec: [["infrastructure", typed("VM", ["spec", typed("HostedVm", ["spec", map([NAMESPACE])])])]] },
  { spec: [["infrastructure", typed("HostedVm", ["spec", map([NAMESPACE])])]] },
  { spec: [] },
  {
    spec: [
      ["infrastructure", typed("KubernetesDirect", ["spec", map([NAMESPACE])])],
      ["runtime", typed("Docker", ["spec", map([])])],
    ],
  },
  { spec: [["runtime", typed("Docker")]] },
  {
    spec: [
      ["infrastructure", typed("KubernetesDirect", ["spec", map([["harnessImageConnectorRef", list([text("a")])]])])],
    ],
  },
  { spec: [["infrastructure", typed("KubernetesDirect", ["spec", map([["harnessImageConnectorRef", text(5)]])])]] },
  {
    beside: [
      [
        "template",
        map([
          ["templateRef", text("account.locked")],
          ["versionLabel", text("1", "double")],
        ]),
      ],
    ],
  },
];

/** The same in v1 YAML. [H139] */
const IMPOSSIBLE_V1: readonly Parts[] = [
  ...["cloud", "k8", "vm", "shell", "<+input>"].map((word) => ({ beside: [["runtime", text(word)] as const] })),
  { beside: [["runtime", map([["cloud", map([["connector", text("account.x")]])]])]] },
  { beside: [["runtime", map([])]] },
  { beside: [["runtime", map([["kubernetes", input]])]] },
  { beside: [["runtime", map([["kubernetes", map([["harness-image-connector", map([])]])]])]] },
  { beside: [["template", map([["uses", text("account.build@1")]])]] },
  { beside: [["chain", map([["uses", text("other")]])]] },
  { beside: [["dynamic", map([["yaml", text("x")]])]] },
  {},
];

/** A stage that can have no override. */
export function impossibleParts(dialect: "v0" | "v1", index: number): Parts {
  const all = dialect === "v0" ? IMPOSSIBLE_V0 : IMPOSSIBLE_V1;
  return all[index % all.length] ?? {};
}

/** Stages in a row that share text, so that none of them can have an override. */
export function sharingParts(dialect: "v0" | "v1", anchor: string, how: number): readonly Parts[] {
  const at = (...entries: Entry[]): Parts => (dialect === "v0" ? { spec: entries } : { beside: entries });
  const name = dialect === "v0" ? "infrastructure" : "runtime";
  const inner = dialect === "v0" ? "spec" : "kubernetes";
  const key = KINDS[dialect][0].key;
  const around = (value: Tree, as?: string) => map([[inner, value], ...(dialect === "v0" ? [K8S] : [])], undefined, as);
  const alias = raw(`*${anchor}`);
  const ways: readonly (readonly Parts[])[] = [
    [at([name, around(map([NAMESPACE]), anchor)]), at([name, alias])],
    [at([name, around(map([NAMESPACE], undefined, anchor))]), at([name, around(alias)])],
    [at([name, map([["<<", raw("*base")]])])],
    [at([name, around(map([[key, raw(`&${anchor} account.x`)]]))]), at(["tags", list([alias])])],
    [
      at([name, around(map([NAMESPACE], undefined, anchor))]),
      { type: "Custom", ...at(["elsewhere", map([["<<", alias]])]) },
    ],
    [at([name, around(map([NAMESPACE]), anchor)]), at([name, map([["<<", list([alias, raw("*base")])]])])],
  ];
  return ways[how % ways.length] ?? [];
}

/** A stage whose parts only are given, the rest being its template's. [H135] */
export function templateOf(inputs: readonly Entry[], flow?: Flow): Entry {
  return [
    "template",
    map(
      [
        ["templateRef", text("account.golden")],
        ["versionLabel", text("3", "double")],
        ["templateInputs", map(inputs)],
      ],
      flow,
    ),
  ];
}
