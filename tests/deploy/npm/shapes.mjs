// Holds objects of kinds that operators add against their published shapes.
// Reads {folder, objects} as JSON and writes a list of faults for each object; null where no shape is known.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PACKAGES = ["argo-cd", "argo-rollouts", "cert-manager", "cloudnative-pg", "external-secrets", "istio", "prometheus-operator"];
const { folder, objects } = JSON.parse(readFileSync(0, "utf8"));

async function shapeOf({ apiVersion, kind }) {
  for (const name of PACKAGES) {
    const home = join(folder, "@kubernetes-models", name);
    const model = join(home, apiVersion, `${kind}.js`);
    if (!existsSync(model)) continue;
    const [, schema] = /\/_schemas\/([^"]+)"/.exec(readFileSync(model, "utf8"));
    return (await import(pathToFileURL(join(home, "_schemas", schema)))).validate;
  }
}

// A shape reads each field that it knows; what it never reads is a field that it does not know.
function watched(value, path, seen) {
  if (value === null || typeof value !== "object") return value;
  const read = new Set();
  seen.push({ value, path, read });
  const inner = new Map(Object.keys(value).map((key) => [key, watched(value[key], `${path}/${key}`, seen)]));
  return new Proxy(value, {
    get(target, key) {
      read.add(key);
      return inner.has(key) ? inner.get(key) : Reflect.get(target, key);
    },
  });
}

function unknownFields(seen) {
  return seen
    .filter(({ value, read }) => !Array.isArray(value) && read.size > 0)
    .flatMap(({ value, path, read }) => Object.keys(value).filter((key) => !read.has(key)).map((key) => `${path}/${key} is not a field`));
}

async function faultsOf(object) {
  const validate = await shapeOf(object);
  if (!validate) return null;
  const seen = [];
  const fits = validate(watched(object, "", seen));
  const wrong = fits ? [] : validate.errors.map(({ instancePath, message, keyword }) => `${instancePath} ${message ?? keyword}`);
  return [...wrong, ...unknownFields(seen)];
}

console.log(JSON.stringify(await Promise.all(objects.map(faultsOf))));
