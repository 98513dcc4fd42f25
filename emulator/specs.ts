import type { ScopeRef } from "./views";

/** What an emulator starts with. */
export type Seed = "demo" | "empty";

/** A right of a token: everywhere, or in one scope and what lies below, or on one object. */
export interface Grant {
  /** For example `core_connector_edit`. [H104] */
  readonly permission: string;
  /** Only in this organisation. */
  readonly orgId?: string;
  /** Only in this project. */
  readonly projectId?: string;
  /** Only on the object with this identifier. */
  readonly identifier?: string;
}

/** An account to be added. */
export interface AccountSpec {
  readonly id: string;
  readonly name?: string;
  readonly cluster?: string;
}

/** A token to be added. What is not given is made up. */
export interface TokenSpec {
  /** Without it, the emulator's own account. */
  readonly accountId?: string;
  /** Personal or service account. Without it, `pat`. */
  readonly kind?: "pat" | "sat";
  readonly id?: string;
  readonly secret?: string;
  readonly name?: string;
  /** The identifier of the user or service account. */
  readonly principal?: string;
  /** What it may do: names of permissions, or grants limited to a scope or object. Without it, everything. */
  readonly permissions?: readonly (string | Grant)[];
  /** Epoch milliseconds. Without it, it never expires. */
  readonly expiresAt?: number;
  readonly revoked?: boolean;
  /** 3 gives the older form, which holds no account. Without it, 4. [H8] */
  readonly parts?: 3 | 4;
}

/** An organisation to be added. */
export interface OrgSpec {
  readonly id: string;
  readonly name?: string;
  /** Without it, the emulator's own account. */
  readonly accountId?: string;
}

/** A project to be added. */
export interface ProjectSpec extends OrgSpec {
  readonly orgId: string;
}

/** A delegate to be added. */
export interface DelegateSpec {
  readonly name: string;
  /** Without it, account scope. */
  readonly scope?: ScopeRef;
  /** Its own name is always a tag too. [H102] */
  readonly tags?: readonly string[];
  /** Without it, connected. */
  readonly connected?: boolean;
  readonly type?: string;
  readonly version?: string;
}
