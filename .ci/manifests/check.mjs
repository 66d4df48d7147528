// Holds rendered manifests against the schemas of Kubernetes and of the operators that they are for: required fields, enums,
// quantities. Reads YAML from standard input; ends with 1 if anything is wrong.
import { readFileSync } from "node:fs";
import yaml from "js-yaml";

const GROUPS = [
  ["gateway.networking.k8s.io/", "@kubernetes-models/gateway-api/"],
  ["monitoring.coreos.com/", "@kubernetes-models/prometheus-operator/"],
  ["keda.sh/", "@kubernetes-models/keda/"],
];

// Of which no schema is published as a package; ManifestsTest looks at their containers.
const WITHOUT_SCHEMA = ["serving.kserve.io/"];

async function schema({ apiVersion, kind }) {
  const [, base] = GROUPS.find(([prefix]) => apiVersion.startsWith(prefix)) ?? ["", "kubernetes-models/"];
  const module = await import(base + apiVersion);
  return module[kind];
}

let checked = 0;
let wrong = 0;
for (const object of yaml.loadAll(readFileSync(0, "utf8"))) {
  const name = `${object.kind} ${object.metadata.name}`;
  if (WITHOUT_SCHEMA.some((group) => object.apiVersion.startsWith(group))) {
    console.log(`${name}: no schema`);
    continue;
  }
  try {
    const Kind = await schema(object);
    new Kind(object).validate();
    checked++;
  } catch (invalid) {
    wrong++;
    console.error(`${name}: ${invalid.message}`);
  }
}
console.log(`${checked} objects fit their schemas, ${wrong} do not.`);
process.exit(wrong === 0 && checked > 0 ? 0 : 1);
