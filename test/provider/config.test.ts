import assert from "node:assert/strict";
import { type Environment, processEnvironment, readSettings, type Settings } from "../../provider/config";

const TOKEN = "pat.accountA.tokenid.5ecret";
const OLD_TOKEN = "pat.tokenid.5ecret";
const DEFAULTS: Settings = {
  endpoint: "https://app.harness.io/gateway",
  apiKey: undefined,
  accountId: undefined,
  preflight: "auto",
  requestsPerMinute: 360,
  requestTimeoutMs: 30_000,
  debug: false,
  problems: [],
};

/** Reads settings from keys of the namespace `harness` and from an environment. */
function read(config: Readonly<Record<string, string>>, environment: Environment = {}): Settings {
  return readSettings(
    (key) => (key.startsWith("harness:") ? config[key.slice("harness:".length)] : undefined),
    environment,
  );
}

describe("the settings", () => {
  it("have defaults for everything but the credentials", () => {
    assert.deepEqual(read({}), DEFAULTS);
  });

  it("come from the Pulumi configuration", () => {
    const config = {
      platformApiKey: TOKEN,
      accountId: "accountA",
      endpoint: "https://acme.harness.io/gateway/",
      preflight: "strict",
      requestsPerMinute: "120",
      requestTimeoutSeconds: "5.5",
    };
    assert.deepEqual(read(config), {
      endpoint: "https://acme.harness.io/gateway",
      apiKey: TOKEN,
      accountId: "accountA",
      preflight: "strict",
      requestsPerMinute: 120,
      requestTimeoutMs: 5500,
      debug: false,
      problems: [],
    });
  });

  it("come from the environment where the configuration says nothing [H13]", () => {
    const environment = {
      HARNESS_PLATFORM_API_KEY: OLD_TOKEN,
      HARNESS_ACCOUNT_ID: "accountB",
      HARNESS_ENDPOINT: "https://harness0.harness.io",
      HARNESS_PREFLIGHT: "off",
      HARNESS_LOG: "debug",
    };
    assert.deepEqual(read({}, environment), {
      ...DEFAULTS,
      apiKey: OLD_TOKEN,
      accountId: "accountB",
      endpoint: "https://harness0.harness.io",
      preflight: "off",
      debug: true,
    });
  });

  it("prefer the configuration to the environment", () => {
    const config = { platformApiKey: OLD_TOKEN, accountId: "a", endpoint: "https://a", preflight: "auto" };
    const environment = {
      HARNESS_PLATFORM_API_KEY: "pat.b.c",
      HARNESS_ACCOUNT_ID: "b",
      HARNESS_ENDPOINT: "https://b",
      HARNESS_PREFLIGHT: "off",
    };
    const expected = { ...DEFAULTS, apiKey: OLD_TOKEN, accountId: "a", endpoint: "https://a" };
    assert.deepEqual(read(config, environment), expected);
  });

  it("take blank values for absent ones, and trim the others", () => {
    const blank = { platformApiKey: " ", accountId: "", endpoint: "\t", preflight: " ", requestsPerMinute: "" };
    assert.deepEqual(read(blank, { HARNESS_ENDPOINT: " ", HARNESS_ACCOUNT_ID: "" }), DEFAULTS);
    assert.equal(read({ accountId: " " }, { HARNESS_ACCOUNT_ID: " accountB\n" }).accountId, "accountB");
  });

  it("can be read from the environment of this process", () => {
    assert.equal(processEnvironment()["PATH"], process.env["PATH"]);
  });
});

describe("the account", () => {
  it("is the one a token of four parts carries [H7] [H8]", () => {
    assert.equal(read({ platformApiKey: TOKEN }).accountId, "accountA");
    assert.equal(read({ platformApiKey: "SAT.accountA.id.5ecret" }).accountId, "accountA");
  });

  it("is not known from any other token [H8]", () => {
    for (const token of [
      OLD_TOKEN,
      "pat.a.b.c.d",
      "key.accountA.id.5ecret",
      "pat..id.5ecret",
      "pat. .id.x",
      "opaque",
    ]) {
      const { accountId, problems } = read({ platformApiKey: token });
      assert.deepEqual([accountId, problems], [undefined, []], token);
    }
  });

  it("is refused when it contradicts the token, naming where it is set", () => {
    const way = (where: string) =>
      `${where} is accountB, but the API key belongs to account accountA; correct ${where}, leave it out, or use a key of account accountB`;
    assert.deepEqual(read({ platformApiKey: TOKEN, accountId: "accountB" }).problems, [way("harness:accountId")]);
    const environment = { HARNESS_ACCOUNT_ID: "accountB" };
    assert.deepEqual(read({ platformApiKey: TOKEN }, environment).problems, [way("HARNESS_ACCOUNT_ID")]);
    assert.deepEqual(read({ platformApiKey: TOKEN, accountId: "accountA" }, environment).problems, []);
  });

  it("of an explicit provider is its own or its token's, never the environment's", () => {
    const environment = { HARNESS_ACCOUNT_ID: "accountB", HARNESS_ENDPOINT: "https://b" };
    const own = (config: Readonly<Record<string, string>>) => read({ explicit: "true", ...config }, environment);
    assert.equal(own({ platformApiKey: TOKEN }).accountId, "accountA");
    assert.equal(own({ platformApiKey: OLD_TOKEN, accountId: "accountC" }).accountId, "accountC");
    assert.equal(own({ platformApiKey: OLD_TOKEN }).accountId, undefined);
    assert.deepEqual(own({ platformApiKey: TOKEN }).problems, []);
    assert.equal(own({ platformApiKey: TOKEN }).endpoint, "https://b", "everything else may come from there");
  });
});

describe("the endpoint", () => {
  const problemsOf = (endpoint: string, more: Readonly<Record<string, string>> = {}) =>
    read({ endpoint, ...more }).problems;

  it("loses the slashes at its end and nothing else [H2]", () => {
    for (const endpoint of ["https://app.harness.io", "https://harness.acme.com:8443/base/gateway"]) {
      assert.deepEqual([read({ endpoint: `${endpoint}/` }).endpoint, problemsOf(endpoint)], [endpoint, []]);
    }
  });

  it("may be plain http on this machine only, or when allowed [H3]", () => {
    const problem =
      "harness:endpoint is plain http, which would send the API key unencrypted; write https://, or set harness:allowHttp to true if the network is yours";
    for (const host of ["localhost:8080", "127.0.0.1", "127.1.2.3:1", "[::1]:8080"]) {
      assert.deepEqual(problemsOf(`http://${host}/gateway`), [], host);
    }
    for (const host of ["harness.acme.com", "127.0.0.1.acme.com", "localhost.acme.com", "10.0.0.1"]) {
      assert.deepEqual(problemsOf(`http://${host}`), [problem], host);
      assert.deepEqual(problemsOf(`http://${host}`, { allowHttp: "true" }), [], host);
      assert.deepEqual(problemsOf(`http://${host}`, { allowHttp: "false" }), [problem], host);
    }
  });

  it("is refused when it cannot be one, never quoting what may be secret in it", () => {
    const example = "write e.g. https://app.harness.io/gateway";
    const table: readonly (readonly [endpoint: string, ...problems: string[]])[] = [
      ["app.harness.io", `harness:endpoint is not a URL; ${example}`],
      ["ftp://app.harness.io", `harness:endpoint must start with https://; ${example}`],
      ["https://user:hunter2@harness.acme.com", "harness:endpoint carries credentials; remove them from the URL"],
      ["https://app.harness.io/gateway?routingId=x", `harness:endpoint must not have a query or fragment; ${example}`],
      [
        "https://acme.harness.io/ng/account/x/home",
        "harness:endpoint is a page of the Harness console; write https://acme.harness.io/gateway",
      ],
      [
        "https://app.harness.io/auth/#/signin",
        "harness:endpoint is a page of the Harness console; write https://app.harness.io/gateway",
        `harness:endpoint must not have a query or fragment; ${example}`,
      ],
    ];
    for (const [endpoint, ...problems] of table) {
      assert.deepEqual([endpoint, problemsOf(endpoint)], [endpoint, problems]);
      assert(!problems.join().includes("hunter2"));
    }
  });

  it("falls back to the default where it cannot be read", () => {
    assert.equal(read({ endpoint: "nowhere" }).endpoint, DEFAULTS.endpoint);
  });
});

describe("wrong settings", () => {
  it("of numbers and modes are refused by name, without their value", () => {
    const rate = "harness:requestsPerMinute is not a number from 1 to 1000000; correct it, or leave it out for 360";
    const timeout =
      "harness:requestTimeoutSeconds is not a number from 1 to 1000000; correct it, or leave it out for 30";
    for (const number of ["0", "-5", "0.9", "many", "NaN", "Infinity", "1,5", "3000000"]) {
      const settings = read({ requestsPerMinute: number, requestTimeoutSeconds: number });
      assert.deepEqual(settings.problems, [rate, timeout]);
      assert.deepEqual([settings.requestsPerMinute, settings.requestTimeoutMs], [360, 30_000]);
    }
    const mode = "harness:preflight is neither auto, strict nor off; choose one of them, or leave it out for auto";
    const settings = read({ preflight: "on" });
    assert.deepEqual([settings.problems, settings.preflight], [[mode], "auto"]);
  });

  it("of the key say when only a key of the old product is there [H13]", () => {
    const only = (names: string) => [
      `only ${names} is set, which the official provider uses for keys of Harness FirstGen; set harness:platformApiKey (or HARNESS_PLATFORM_API_KEY) to a NextGen token, pat.… or sat.…`,
    ];
    assert.deepEqual(read({ apiKey: "k" }).problems, only("harness:apiKey"));
    assert.deepEqual(read({}, { HARNESS_API_KEY: "k" }).problems, only("HARNESS_API_KEY"));
    assert.deepEqual(
      read({ apiKey: "k" }, { HARNESS_API_KEY: "k" }).problems,
      only("harness:apiKey and HARNESS_API_KEY"),
    );
    assert.deepEqual(
      read({ apiKey: "k", platformApiKey: OLD_TOKEN }).problems,
      [],
      "next to the right key it is no mistake",
    );
    assert.deepEqual(read({ apiKey: " " }).problems, []);
  });

  it("are all reported at once", () => {
    const config = {
      apiKey: "k",
      endpoint: "ftp://u:p@h/ng?x",
      preflight: "on",
      requestsPerMinute: "0",
      requestTimeoutSeconds: "0",
    };
    assert.equal(read(config).problems.length, 8);
    const account = { ...config, platformApiKey: TOKEN, accountId: "accountB" };
    assert.equal(read(account).problems.length, 8);
  });
});
