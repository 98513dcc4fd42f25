import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "@pulumi/pulumi";
import { dockerConnectorDomain } from "../../provider/domain/docker-connector";
import { type DockerConnectorArgs, imageName, type RegistryConnectorArgs, registries } from "../../sdk";
import { ROOT } from "../conventions/sources";
import { problemsIn } from "../domain/review";

const REF = "account.key";
const ANONYMOUS = { type: "Anonymous" };
const user = (username: string) => ({ type: "UsernamePassword", username, passwordRef: REF });

/** IBM's regions with their domains: Registry-registry_overview#registry_regions. */
const IBM: Readonly<Record<string, string>> = {
  "us-south": "us.icr.io",
  "eu-gb": "uk.icr.io",
  "eu-de": "de.icr.io",
  "eu-es": "es.icr.io",
  "au-syd": "au.icr.io",
  "jp-tok": "jp.icr.io",
  "jp-osa": "jp2.icr.io",
  "ca-tor": "ca.icr.io",
  "ca-mon": "ca2.icr.io",
  "br-sao": "br.icr.io",
  "in-che": "in.icr.io",
  "in-mum": "in2.icr.io",
  global: "icr.io",
};

/** What each function makes of valid parameters, in full; `testConnection` apart, which is IBM's alone. */
const MADE: readonly (readonly [made: RegistryConnectorArgs, url: string, providerType: string, auth: object])[] = [
  [
    registries.ibm({ region: "us-south", namespace: "my-namespace", apiKeyRef: REF }),
    "https://us.icr.io/my-namespace",
    "Other",
    user("iamapikey"),
  ],
  [registries.ibm({ region: "global", apiKeyRef: REF }), "https://icr.io", "Other", user("iamapikey")],
  [
    registries.ibm({ region: "eu-de", namespace: "a_-9", private: true, apiKeyRef: REF }),
    "https://private.de.icr.io/a_-9",
    "Other",
    user("iamapikey"),
  ],
  [registries.harnessGar(), "https://us-docker.pkg.dev/gar-prod-setup/harness-public", "Other", ANONYMOUS],
  [
    registries.harnessGar({ accessTokenRef: REF }),
    "https://us-docker.pkg.dev/gar-prod-setup/harness-public",
    "Other",
    user("oauth2accesstoken"),
  ],
  [registries.harnessEcr(), "https://public.ecr.aws/harness", "Other", ANONYMOUS],
  [registries.dockerHub(), "https://registry.hub.docker.com", "DockerHub", ANONYMOUS],
  [
    registries.dockerHub({ username: "acme", tokenRef: REF }),
    "https://registry.hub.docker.com",
    "DockerHub",
    user("acme"),
  ],
  [registries.ghcr({ namespace: "my-org" }), "https://ghcr.io/my-org", "Other", ANONYMOUS],
  [
    registries.ghcr({ namespace: "my-org/mirror", username: "Ci-Bot", tokenRef: REF }),
    "https://ghcr.io/my-org/mirror",
    "Other",
    user("Ci-Bot"),
  ],
  [
    registries.gar({ location: "europe-west3", project: "my-project", repository: "mirror", jsonKeyRef: REF }),
    "https://europe-west3-docker.pkg.dev/my-project/mirror",
    "Other",
    user("_json_key"),
  ],
  [
    registries.gar({ location: "us", project: "acme.com:my-project", repository: "m", base64KeyRef: REF }),
    "https://us-docker.pkg.dev/acme.com/my-project/m",
    "Other",
    user("_json_key_base64"),
  ],
  [
    registries.ecr({ accountId: "012345678901", region: "us-gov-west-1", passwordRef: REF }),
    "https://012345678901.dkr.ecr.us-gov-west-1.amazonaws.com",
    "Other",
    user("AWS"),
  ],
  [
    registries.ecr({ accountId: "012345678901", region: "cn-north-1", namespace: "mirror", passwordRef: REF }),
    "https://012345678901.dkr.ecr.cn-north-1.amazonaws.com.cn/mirror",
    "Other",
    user("AWS"),
  ],
  [
    registries.acr({ loginServer: "acme1.azurecr.io", username: "pull-token", passwordRef: REF }),
    "https://acme1.azurecr.io",
    "Other",
    user("pull-token"),
  ],
  [
    registries.acr({ loginServer: "acme1-abc123.azurecr.us", namespace: "mirror/ci" }),
    "https://acme1-abc123.azurecr.us/mirror/ci",
    "Other",
    ANONYMOUS,
  ],
  [
    registries.quay({ organization: "acme", robot: "acme+ci", tokenRef: REF }),
    "https://quay.io/acme",
    "Quay",
    user("acme+ci"),
  ],
  [registries.quay({ host: "quay.acme.com:8443" }), "https://quay.acme.com:8443", "Quay", ANONYMOUS],
  [
    registries.harbor({ host: "harbor.acme.com", project: "ci", username: "robot$ci+pull", passwordRef: REF }),
    "https://harbor.acme.com/ci",
    "Harbor",
    user("robot$ci+pull"),
  ],
  [
    registries.artifactory({ host: "acme.jfrog.io/docker-local", username: "ci", passwordRef: REF }),
    "https://acme.jfrog.io/docker-local",
    "Other",
    user("ci"),
  ],
  [registries.nexus({ host: "nexus.acme.com:8443" }), "https://nexus.acme.com:8443", "Other", ANONYMOUS],
];

const REGION = `must be one of ${Object.keys(IBM).join(", ")}`;
const IBM_NAMESPACE = 'must have 4 to 30 lower-case letters, digits, "-" and "_", with a letter or digit at both ends';
const HOST =
  "must be host, port and path in lower case, without scheme and without /v2/, which would get into image names";
const PATH = 'must have lower-case letters and digits, with ".", "_", "-" or "/" between them';
const LOCATION = 'must be a region such as "europe-west3", or "us", "europe" or "asia"';
const LETTERS = 'lower-case letters, digits and "-", with a letter first and no "-" last';
const AWS_REGION = 'must be a region of AWS below amazonaws.com, such as "eu-central-1"';
const LOGIN_SERVER = 'must be "NAME.azurecr.io" (.cn in China, .us for the US Government) with a name in lower case';

const ibm = (region: string, namespace?: string) => registries.ibm({ region, namespace, apiKeyRef: REF });
const gar = (change: object) =>
  registries.gar({ location: "us", project: "my-project", repository: "mirror", ...change });
const ecr = (change: object) =>
  registries.ecr({ accountId: "012345678901", region: "eu-central-1", passwordRef: REF, ...change });

/** One trap each, and all that is said about it. */
const TRAPS: readonly (readonly [call: () => unknown, message: string])[] = [
  [() => ibm("us-soth"), `ibm: region "us-soth" ${REGION}; did you mean "us-south"?`],
  [() => ibm("US-South"), `ibm: region "US-South" ${REGION}; did you mean "us-south"?`],
  [() => ibm("uk"), `ibm: region "uk" ${REGION}; did you mean "eu-gb"?`],
  [() => ibm("private.jp2.icr.io"), `ibm: region "private.jp2.icr.io" ${REGION}; did you mean "jp-osa"?`],
  [() => ibm("us-east"), `ibm: region "us-east" ${REGION}`],
  [() => ibm("constructor"), `ibm: region "constructor" ${REGION}`],
  [() => ibm(""), `ibm: region is missing; it ${REGION}`],
  [() => ibm("global", "abc"), `ibm: namespace "abc" ${IBM_NAMESPACE}`],
  [() => ibm("global", "a".repeat(31)), `ibm: namespace "${"a".repeat(31)}" ${IBM_NAMESPACE}`],
  [() => ibm("global", "-images"), `ibm: namespace "-images" ${IBM_NAMESPACE}`],
  [() => ibm("global", "My_Images"), `ibm: namespace "My_Images" ${IBM_NAMESPACE}; did you mean "my_images"?`],
  [() => gar({ location: "us-central1-a" }), `gar: location "us-central1-a" ${LOCATION}; did you mean "us-central1"?`],
  [() => gar({ location: "eu" }), `gar: location "eu" ${LOCATION}; did you mean "europe"?`],
  [() => gar({ location: "us-docker.pkg.dev" }), `gar: location "us-docker.pkg.dev" ${LOCATION}; did you mean "us"?`],
  [() => gar({ location: "us-east" }), `gar: location "us-east" ${LOCATION}`],
  [() => gar({ project: "123456789" }), `gar: project "123456789" must be an id of 6 to 30 ${LETTERS}`],
  [
    () => gar({ repository: "Mirror" }),
    `gar: repository "Mirror" must have at most 63 ${LETTERS}; did you mean "mirror"?`,
  ],
  [
    () => gar({ jsonKeyRef: REF, accessTokenRef: REF }),
    "gar: accessTokenRef and jsonKeyRef exclude each other; keep one",
  ],
  [
    () => registries.harnessGar({ jsonKeyRef: REF, base64KeyRef: REF }),
    "harnessGar: base64KeyRef and jsonKeyRef exclude each other; keep one",
  ],
  [
    () => ecr({ accountId: "0123-4567-8901" }),
    'ecr: accountId "0123-4567-8901" must be the 12 digits of an AWS account; did you mean "012345678901"?',
  ],
  [() => ecr({ region: "us-east-1a" }), `ecr: region "us-east-1a" ${AWS_REGION}; did you mean "us-east-1"?`],
  [() => ecr({ region: "us-iso-east-1" }), `ecr: region "us-iso-east-1" ${AWS_REGION}`],
  [() => ecr({ namespace: "/mirror" }), `ecr: namespace "/mirror" ${PATH}`],
  [
    () => registries.acr({ loginServer: "MyRegistry" }),
    `acr: loginServer "MyRegistry" ${LOGIN_SERVER}; did you mean "myregistry.azurecr.io"?`,
  ],
  [
    () => registries.acr({ loginServer: "https://Acme1.azurecr.cn/" }),
    `acr: loginServer "https://Acme1.azurecr.cn/" ${LOGIN_SERVER}; did you mean "acme1.azurecr.cn"?`,
  ],
  [() => registries.acr({ loginServer: "a-b.azurecr.io" }), `acr: loginServer "a-b.azurecr.io" ${LOGIN_SERVER}`],
  [
    () => registries.acr({ loginServer: "acme1.azurecr.io", username: "ci" }),
    "acr: passwordRef is missing; write it, or leave out username too to pull anonymously",
  ],
  [
    () => registries.dockerHub({ tokenRef: REF }),
    "dockerHub: username is missing; write it, or leave out tokenRef too to pull anonymously",
  ],
  [() => registries.ghcr({ namespace: "My-Org" }), `ghcr: namespace "My-Org" ${PATH}; did you mean "my-org"?`],
  [
    () => registries.ghcr({ namespace: "https://ghcr.io/My-Org" }),
    `ghcr: namespace "https://ghcr.io/My-Org" ${PATH}; did you mean "my-org"?`,
  ],
  [
    () => registries.ghcr({ namespace: "my-org", username: "ci" }),
    "ghcr: tokenRef is missing; write it, or leave out username too to pull anonymously",
  ],
  [
    () => registries.quay({ organization: "acme", robot: "ci", tokenRef: REF }),
    'quay: robot "ci" must be the name of a robot account, "OWNER+NAME"',
  ],
  [() => registries.quay({ organization: "Acme" }), `quay: organization "Acme" ${PATH}; did you mean "acme"?`],
  [
    () => registries.harbor({ host: "https://Harbor.acme.com/", project: "ci" }),
    `harbor: host "https://Harbor.acme.com/" ${HOST}; did you mean "harbor.acme.com"?`,
  ],
  [
    () => registries.harbor({ host: "harbor.acme.com", project: "CI" }),
    `harbor: project "CI" ${PATH}; did you mean "ci"?`,
  ],
  [
    () => registries.artifactory({ host: "acme.jfrog.io/artifactory/api/docker/docker-local" }),
    'artifactory: host "acme.jfrog.io/artifactory/api/docker/docker-local" goes through Artifactory\'s web path, which docker cannot; did you mean "acme.jfrog.io/docker-local"?',
  ],
  [
    () => registries.artifactory({ host: "me:hunter2@acme.jfrog.io" }),
    `artifactory: host ${HOST}; did you mean "acme.jfrog.io"?`,
  ],
  [
    () => registries.nexus({ host: "nexus.acme.com:8443/v2/" }),
    `nexus: host "nexus.acme.com:8443/v2/" ${HOST}; did you mean "nexus.acme.com:8443"?`,
  ],
  [
    () => registries.nexus({ host: "nexus.acme.com/repository/docker" }),
    'nexus: host "nexus.acme.com/repository/docker" has the path of a browser, which docker cannot take; write nexus.acme.com:PORT, the subdomain, or with path-based routing nexus.acme.com/docker',
  ],
];

describe("registries", () => {
  it("makes a connector's URL, provider type and sign-in for each vendor", () => {
    for (const [{ testConnection, ...made }, url, providerType, auth] of MADE) {
      assert.deepEqual(made, { url, providerType, auth });
      assert.equal(testConnection !== undefined, /[/.]icr\.io/.test(url), url);
    }
  });

  it("knows each region of IBM, in public and on the private network", () => {
    for (const [region, domain] of Object.entries(IBM)) {
      assert.equal(ibm(region, "images").url, `https://${domain}/images`);
      assert.equal(registries.ibm({ region, private: true, apiKeyRef: REF }).url, `https://private.${domain}`);
    }
  });

  it("lets a connection test of IBM outlast the five minutes that IAM may take", () => {
    assert.deepEqual(ibm("global").testConnection, { retryForSeconds: 330 });
  });

  it("passes references on as they are, Outputs too", () => {
    const apiKeyRef = output(REF);
    const { auth } = registries.ibm({ region: "us-south", apiKeyRef });
    assert.deepEqual(auth, { type: "UsernamePassword", username: "iamapikey", passwordRef: apiKeyRef });
  });

  it("says of each trap what is wrong and, where it can be told, what was meant", () => {
    for (const [call, message] of TRAPS) assert.throws(call, { name: "Error", message: `registries.${message}` });
  });

  it("says all that is wrong at once", () => {
    const message = [
      `registries.gar: location "eu-west" ${LOCATION}`,
      `  project "P" must be an id of 6 to 30 ${LETTERS}`,
      `  repository is missing; it must have at most 63 ${LETTERS}`,
      "  base64KeyRef and jsonKeyRef exclude each other; keep one",
    ];
    const wrong = { location: "eu-west", project: "P", repository: "", jsonKeyRef: REF, base64KeyRef: REF };
    assert.throws(() => gar(wrong), { message: message.join("\n") });
  });

  it("says what is missing to a program that no compiler has checked, and that an Output comes too late", () => {
    const cases: readonly (readonly [name: keyof typeof registries, args: object, message: string])[] = [
      ["ibm", { region: "global" }, "apiKeyRef is missing; write the ref of a SecretText"],
      [
        "ibm",
        { region: output("global"), apiKeyRef: REF },
        `region must be a plain string, which an Output is not; it ${REGION}`,
      ],
      [
        "ecr",
        { accountId: "012345678901", region: "eu-central-1" },
        "passwordRef is missing; write the ref of a SecretText",
      ],
      ["ghcr", {}, `namespace is missing; it ${PATH}`],
      ["nexus", {}, `host is missing; it ${HOST}`],
    ];
    for (const [name, args, message] of cases) {
      const call = () => Reflect.apply(registries[name], undefined, [args]);
      assert.throws(call, { message: `registries.${name}: ${message}` });
    }
  });

  it("gives what a DockerConnector accepts without a problem or a remark", () => {
    for (const [made] of MADE) {
      const args: DockerConnectorArgs = { ...made, connectivityMode: "Delegate" };
      assert.deepEqual([args, problemsIn(dockerConnectorDomain, { ...args })], [args, []]);
      assert.deepEqual(dockerConnectorDomain.review({ ...args }, {}).remarks, []);
    }
  });
});

describe("docs/registries.md", () => {
  const page = readFileSync(join(ROOT, "docs/registries.md"), "utf8");

  it("has a row for each function, and for each region of IBM with its three hosts", () => {
    for (const name of Object.keys(registries)) assert.match(page, new RegExp(`^\\| \`${name}\` \\|`, "m"), name);
    for (const [region, domain] of Object.entries(IBM)) {
      assert(page.includes(`| \`${region}\` | \`${domain}\` | \`private.${domain}\` | \`dd0.${domain}\``), region);
    }
  });

  it("names images as imageName does", () => {
    const rows = [...page.matchAll(/^\| `(https:\S+)` \| `(\S+:1\.16\.92)` \|/gm)];
    assert(rows.length >= 6, "the rows were found");
    for (const [, url = "", name] of rows) assert.equal(imageName(url, "harness/ci-addon:1.16.92"), name);
  });
});
