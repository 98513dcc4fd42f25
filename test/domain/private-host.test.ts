import assert from "node:assert/strict";
import { privateHost } from "../../provider/domain/private-host";

/** Hosts that something outside may well reach, or that are no hosts. */
const PUBLIC: readonly string[] = [
  "https://registry.example.com",
  "https://us.icr.io/namespace",
  "https://de.icr.io",
  "https://notprivate.icr.io",
  "https://private.example.com",
  "https://10.example.com",
  "https://127.0.0.1.nip.io",
  "https://local.example.com/corp",
  "https://internal.dev",
  "https://8.8.8.8",
  "https://11.0.0.1",
  "https://9.255.255.255",
  "https://172.15.255.255",
  "https://172.32.0.0",
  "https://192.167.255.255",
  "https://192.169.0.1",
  "https://169.253.0.1",
  "https://169.255.0.1",
  "https://100.63.255.255",
  "https://100.128.0.0",
  "https://128.0.0.1",
  "https://[2001:db8::1]",
  "https://[2606:4700::1111]/images",
  "https://[fe00::1]",
  "https://[::2]",
  "not a url",
  "",
];

/** The host as it is named, and the addresses it stands in. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  "10.0.0.1": ["https://10.0.0.1", "http://10.0.0.1:5000/images", "https://robot@10.0.0.1", "https://0x0a.0.0.1"],
  "10.255.255.255": ["https://10.255.255.255"],
  "0.0.0.0": ["http://0.0.0.0:5000"],
  "127.0.0.1": ["http://127.0.0.1:5000/v2/", "http://2130706433", "http://127.1"],
  "127.255.0.1": ["http://127.255.0.1"],
  "172.16.0.0": ["https://172.16.0.0"],
  "172.20.1.1": ["https://172.20.1.1"],
  "172.31.255.255": ["https://172.31.255.255"],
  "192.168.0.1": ["https://192.168.0.1:8443"],
  "169.254.169.254": ["http://169.254.169.254"],
  "100.64.0.0": ["https://100.64.0.0"],
  "100.100.1.1": ["https://100.100.1.1"],
  "100.127.255.255": ["https://100.127.255.255"],
  "::1": ["http://[::1]:5000", "http://[0:0:0:0:0:0:0:1]"],
  "fc00::1": ["https://[fc00::1]"],
  "fd12:3456::1": ["https://[FD12:3456::1]/images"],
  "fe80::1": ["https://[fe80::1]"],
  "febf::1": ["https://[febf::1]"],
};

const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ["http://localhost:5000", "https://LOCALHOST/images"],
  "registry.local": ["https://registry.local"],
  "a.localhost": ["http://a.localhost:5000"],
  "registry.eu.internal": ["https://registry.eu.internal/team"],
  "registry.intranet": ["https://registry.intranet"],
  "registry.acme.corp": ["https://registry.acme.corp"],
  "registry.lan": ["https://registry.lan:5000"],
  "nas.home": ["https://nas.home"],
  "registry.images.svc": ["https://registry.images.svc:5000"],
  "registry.test": ["https://registry.test"],
  "private.icr.io": ["https://private.icr.io/namespace"],
  "private.us.icr.io": ["https://private.us.icr.io/namespace"],
  "private.br-sao.icr.io": ["https://private.br-sao.icr.io"],
};

const BARE: Readonly<Record<string, readonly string[]>> = {
  registry: ["http://registry:5000", "https://registry/images", "https://REGISTRY"],
  "docker-registry": ["http://docker-registry"],
};

describe("a registry that only a private network reaches", () => {
  for (const [reason, table] of [
    ["is a private address", ADDRESSES],
    ["is a name of a private network", NAMES],
    ["is a name without a domain", BARE],
  ] as const) {
    it(`${reason}`, () => {
      for (const [host, urls] of Object.entries(table)) {
        for (const url of urls) assert.equal(privateHost(url), `${host} ${reason}`, url);
      }
    });
  }

  it("is none that something outside may reach, and none that has no host", () => {
    for (const url of PUBLIC) assert.equal(privateHost(url), undefined, url);
  });

  it("is named by its host alone: the rest of an address can hold credentials", () => {
    assert.equal(
      privateHost("https://robot:hunter2@registry.lan/hunter2"),
      "registry.lan is a name of a private network",
    );
  });
});
