// Reads a JSON list of Kubernetes objects, prints a JSON list: for each, what its schema says
// against it, null if nothing, or "no schema".
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

function modelOf({ apiVersion, kind }) {
  const pack = apiVersion.startsWith("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models";
  try {
    return load(`${pack}/${apiVersion}/${kind}`)[kind];
  } catch {
    return undefined;
  }
}

function verdict(object) {
  const Model = modelOf(object);
  if (!Model) {
    return "no schema";
  }
  try {
    new Model(object).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

let text = "";
for await (const chunk of process.stdin) {
  text += chunk;
}
console.log(JSON.stringify(JSON.parse(text).map(verdict)));
