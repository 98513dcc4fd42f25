import * as pulumi from "@pulumi/pulumi";

/**
 * Names the Pulumi resource an object in Harness belongs to: `organisation/project/stack/name`. It is written onto connectors and
 * secrets as the tag `pulumi_owner`, so that a killed run can be continued and two stacks do not fight over one object.
 */
export function ownerOf(name: string): string {
  return `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}
