import { generateKeyPairSync, sign } from "node:crypto";

/** A key and a certificate that signs itself, both as PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly certificate: string;
}

const ECDSA_WITH_SHA256 = sequence(hex("06082a8648ce3d040302"));
const COMMON_NAME = hex("0603550403");
const SUBJECT_ALT_NAME = hex("0603551d11");
const BASIC_CONSTRAINTS = hex("0603551d13");

/** Makes a certificate for a host, as a company's own authority would: no public authority knows it. */
export function selfSigned(host: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(tag(0x31, sequence(COMMON_NAME, tag(0x0c, Buffer.from("a test")))));
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, tag(0x04, sequence(hex("0101ff")))),
    sequence(SUBJECT_ALT_NAME, tag(0x04, sequence(tag(0x82, Buffer.from(host))))),
  );
  const body = sequence(
    tag(0xa0, hex("020102")), // version 3
    hex("020101"), // serial number 1
    ECDSA_WITH_SHA256,
    name,
    sequence(tag(0x17, Buffer.from("200101000000Z")), tag(0x17, Buffer.from("491231235959Z"))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tag(0xa3, extensions),
  );
  const signature = tag(0x03, Buffer.concat([hex("00"), sign("sha256", body, privateKey)]));
  const base64 = sequence(body, ECDSA_WITH_SHA256, signature).toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tag(0x30, ...parts);
}

/** One DER element. */
function tag(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([type, ...size]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}
