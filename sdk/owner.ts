import * as pulumi from "@pulumi/pulumi";

/**
 * Names the Pulumi resource an object in Harness belongs to: `organisation/project/stack/name`; a resource inside components has
 * their types before its name, `organisation/project/stack/types::name`, because the same name may occur in each. It is written onto
 * connectors and secrets as the tag `pulumi_owner`, so that a killed run can be continued and two stacks do not fight over one object.
 */
export function ownerOf(type: string, name: string, opts?: pulumi.ResourceOptions): pulumi.Input<string> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  if (opts?.parent === undefined) return `${stack}/${name}`;
  const urn = pulumi.createUrn(name, `pulumi-nodejs:dynamic/harness:${type}`, opts.parent);
  return urn.apply((text) => {
    const types = text.split("::")[2] ?? "";
    const parents = types.split("$").slice(0, -1).join("$");
    return parents === "" ? `${stack}/${name}` : `${stack}/${parents}::${name}`;
  });
}
