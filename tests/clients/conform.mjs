// Sends the same documents and variables to graphql-js and to the service. Both must reject the same requests.
// usage: node conform.mjs http://127.0.0.1:PORT
// Documents of each rule are written out below; others are generated from valid ones for each field of the schema. Each
// difference must be listed in conform.json with a reason, and each listed document must differ.
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isInputObjectType, isEnumType, isLeafType, parse, validate, getVariableValues, version } from 'graphql';

const base = process.argv[2];
const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const listed = JSON.parse(readFileSync('conform.json', 'utf8'));

const cases = new Map();
const add = (query, variables = {}) => cases.set(JSON.stringify([query, variables]), { query, variables });

// Chapter 2: the language.
for (const value of ['"\\uD83D\\uDE00"', '"\\u{1F600}"', '"\\uD83D"', '"\\uDE00"', '"\\u{110000}"', '"\\u{}"', '"\\x"', '"a\nb"', '"""a\n  b"""',
  '"""\\""" "quoted\\""""', '"open', '""', '"\\u00e9\\t\\n"', "'a'", 'word', '$x']) {
  add(`{ search(text: ${value}, first: 1) { totalCount } }`);
}
for (const value of ['1', '-1', '01', '1.', '.5', '1.0', '1e1', '+1', '0x1', '2147483647', '2147483648', '-2147483649', '1a', 'null', 'true', '[1]', '{}', '"1"']) {
  add(`{ transactions { groups(by: [YEAR], first: ${value}) { totalCount } } }`);
  add(`{ missions(first: ${value}) { totalCount } }`);
}
for (const query of ['', '{', '{}', '}', '{ __typename', 'query', 'query A', 'query A { __typename', 'query () { __typename }', 'query ($a) { __typename }', '{ __typename } }',
  '{ __typename, , ,}', '# only\n', '{ a: __typename }', '{ a: b: __typename }', '{ missions() { totalCount } }', '{ missions(first) { totalCount } }',
  '{ missions(first:) { totalCount } }', '{ missions { } }', '{ ... }', '{ ...on }', '{ ... on Query { __typename } }', '{ ... { __typename } }', '{ ... @skip(if: false) { __typename } }',
  'fragment F on Query { __typename }', '{ ...on } fragment on on Query { __typename }', 'type A { b: Int }', 'schema { query: Query }', '{ __typename } type A { b: Int }',
  '{ __typename @ }', '{ __typename ? }', 'query on { __typename }', 'query true { __typename }', 'query ($true: Int) { missions(first: $true) { totalCount } }', '\ufeff{ __typename }', '{ __typename & }', '"x" { __typename }']) add(query);

// 5.2 operations.
for (const query of ['query A { __typename } query A { __typename }', '{ __typename } { __typename }', '{ __typename } query A { __typename }', 'mutation { a }',
  'subscription { datasetChanged { version } __typename }', 'subscription { a: datasetChanged { version } b: datasetChanged { version } }', 'subscription { __typename }',
  'subscription { ...S } fragment S on Subscription { a: datasetChanged { version } b: datasetChanged { version } }', 'subscription { nothing }']) add(query);

// 5.3 fields.
for (const query of ['{ nothing }', '{ programmes { nothing } }', '{ programmes { nodes { nothing } } }', '{ programmes }', '{ programmes { nodes } }', '{ programmes { totalCount { a } } }',
  '{ __typename { a } }', '{ __schema }', '{ __schema { types { name } } }', '{ __type(name: "Query") { name } }', '{ __type { name } }', '{ __nothing }', '{ node(id: "x") { label } }',
  '{ node(id: "x") { __typename } }', '{ node(id: "x") { ... on Programme { label } } }']) add(query);
const twoShapes = [['Programme', 'aliases', 'Mission', 'acronym'], ['Programme', 'label', 'Mission', 'label'], ['Programme', 'id', 'Mission', 'label'], ['Programme', 'status', 'Partnership', 'status'],
  ['Programme', 'country', 'Mission', 'country'], ['Country', 'code', 'Sector', 'code'], ['Programme', 'identifier', 'Country', 'id'], ['Programme', 'aliases', 'Programme', 'label']];
for (const [one, first, other, second] of twoShapes) {
  const leaf = (type, field) => isLeafType(getNamedType(schema.getType(type)?.getFields()[field]?.type ?? schema.getType('String'))) ? '' : ' { __typename }';
  add(`{ node(id: "x") { ... on ${one} { a: ${first}${leaf(one, first)} } ... on ${other} { a: ${second}${leaf(other, second)} } } }`);
  add(`{ node(id: "x") { ...F ...G } } fragment F on ${one} { a: ${first}${leaf(one, first)} } fragment G on ${other} { a: ${second}${leaf(other, second)} }`);
}
for (const query of ['{ a: missions { totalCount } a: events { totalCount } }', '{ missions { totalCount } missions { totalCount } }', '{ missions(first: 1) { totalCount } missions(first: 2) { totalCount } }',
  '{ missions(first: 1) { totalCount } missions { totalCount } }', '{ missions(first: 1) { totalCount } ...F } fragment F on Query { missions(first: 1) { pageInfo { hasNextPage } } }',
  '{ programmes { nodes { a: label a: id } } }', '{ programmes { nodes { a: label } } ...F } fragment F on Query { programmes { nodes { a: id } } }',
  '{ node(id: "x") { ... on Programme { country { a: code } } ... on Mission { country: countries { a: code } } } }',
  'query ($n: Int, $m: Int) { missions(first: $n) { totalCount } missions(first: $m) { totalCount } }', 'query ($n: Int) { missions(first: $n) { totalCount } missions(first: $n) { totalCount } }',
  '{ missions(filter: { country: "ML", year: 2013 }) { totalCount } missions(filter: { year: 2013, country: "ML" }) { totalCount } }']) add(query);

// 5.4 arguments.
for (const query of ['{ programmes(country: "ML") { totalCount } }', '{ missions(first: 1, first: 2) { totalCount } }', '{ node { __typename } }', '{ node(id: null) { __typename } }', '{ node(id: 1) { __typename } }',
  '{ node(id: 1.5) { __typename } }', '{ node(id: true) { __typename } }', '{ nodes(ids: ["a", null]) { __typename } }', '{ nodes(ids: "a") { __typename } }', '{ nodes(ids: [["a"]]) { __typename } }',
  '{ country(code: ML) { code } }', '{ country(code: 1) { code } }', '{ search { totalCount } }', '{ __typename(a: 1) }', '{ dataset(a: 1) { version } }']) add(query);

// 5.5 fragments.
for (const query of ['{ ...F }', '{ ...F } fragment F on Nothing { a }', '{ ...F } fragment F on Role { a }', '{ ...F } fragment F on ProgrammeFilter { text }', '{ ...F } fragment F on Programme { label }',
  '{ ... on Programme { label } }', '{ __typename } fragment F on Query { __typename }', '{ ...F } fragment F on Query { ...F }', '{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }',
  '{ ...F } fragment F on Query { __typename } fragment F on Query { __typename }', '{ node(id: "x") { ... on Sourced { origin { line } } } }', '{ node(id: "x") { ... on Dataset { version } } }',
  '{ programmes { nodes { ... on Mission { label } } } }', '{ programmes { nodes { ... on Sourced { assertion } } } }', '{ programmes { nodes { ... on Node { __typename } } } }', '{ ...F ...F } fragment F on Query { __typename }',
  '{ a: __typename ...F } fragment F on Query { ...G } fragment G on Query { __typename }']) add(query);

// 5.6 values, for each field of some filters.
const sample = { Int: '2013', String: '"a"', ID: '"a"', Boolean: 'true', Float: '1.5', Date: '"2013-01-01"', DateTime: '"2013-01-01T00:00:00Z"', Decimal: '"1"', PartialDate: '"2013"', Language: '"EN"' };
for (const [list, name] of [['programmes', 'ProgrammeFilter'], ['transactions', 'TransactionFilter'], ['missions', 'MissionFilter'], ['humanitarianContributions', 'HumanitarianContributionFilter']]) {
  for (const field of Object.values(schema.getType(name).getFields())) {
    const type = getNamedType(field.type);
    if (isInputObjectType(type)) {
      add(`{ ${list}(filter: { ${field.name}: {} }) { totalCount } }`);
      add(`{ ${list}(filter: { ${field.name}: 1 }) { totalCount } }`);
      continue;
    }
    const valid = isEnumType(type) ? type.getValues()[0].name : sample[type.name];
    add(`{ ${list}(filter: { ${field.name}: ${valid} }) { totalCount } }`);
    add(`{ ${list}(filter: { ${field.name}: null }) { totalCount } }`);
    add(`{ ${list}(filter: { ${field.name}: [null] }) { totalCount } }`);
    add(`{ ${list}(filter: { ${field.name}: {} }) { totalCount } }`);
    if (isEnumType(type)) {
      add(`{ ${list}(filter: { ${field.name}: "${valid}" }) { totalCount } }`);
      add(`{ ${list}(filter: { ${field.name}: NO_SUCH_WORD }) { totalCount } }`);
      add(`query ($x: [${type.name}!]) { ${list}(filter: { ${field.name}: $x }) { totalCount } }`, { x: 'NO_SUCH_WORD' });
      add(`query ($x: [${type.name}!]) { ${list}(filter: { ${field.name}: $x }) { totalCount } }`, { x: [valid] });
    }
  }
}
for (const query of ['{ missions(filter: { country: "ML", country: "NE" }) { totalCount } }', '{ missions(filter: { nothing: 1 }) { totalCount } }', '{ missions(filter: []) { totalCount } }',
  '{ missions(filter: [{}]) { totalCount } }', '{ missions(filter: "a") { totalCount } }', '{ missions(orderBy: "NAME") { totalCount } }', '{ missions(orderBy: NAME) { totalCount } }',
  '{ missions(orderBy: null) { totalCount } }', '{ missions(orderBy: [NAME]) { totalCount } }', '{ missions(orderBy: name) { totalCount } }', '{ flows(boundary: {}) { scope } }', '{ flows { scope } }',
  '{ flows(boundary: { countries: "ML" }, scope: ALL) { scope } }', '{ flows(boundary: { countries: "ML" }, scope: DEVELOPMENT) { scope } }']) add(query);

// 5.7 directives.
for (const query of ['query @skip(if: true) { __typename }', '{ __typename @nothing }', '{ __typename @skip }', '{ __typename @skip(if: 1) }', '{ __typename @skip(if: null) }', '{ __typename @skip(if: true, if: false) }',
  '{ __typename @skip(if: false) @skip(if: false) }', '{ __typename @skip(if: false) @include(if: true) }', '{ __typename @include(if: false) }', '{ __typename @include(unless: true) }', '{ __typename @specifiedBy(url: "x") }',
  '{ __typename @deprecated }', 'query ($a: Int @skip(if: true)) { missions(first: $a) { totalCount } }', 'query ($a: Int @foo) { missions(first: $a) { totalCount } }', '{ ...F @include(if: true) } fragment F on Query { __typename }',
  '{ ...F } fragment F on Query @include(if: true) { __typename }', '{ ... on Query @skip(if: true) { __typename } a: __typename }', 'subscription @skip(if: true) { datasetChanged { version } }']) add(query);

// 5.8 and 6.1.2: variables, each type with each value.
for (const query of ['query ($a: Int, $a: Int) { missions(first: $a) { totalCount } }', 'query ($a: Programme) { __typename }', 'query ($a: Nothing) { __typename }', '{ missions(first: $a) { totalCount } }',
  'query ($a: Int) { __typename }', 'query ($a: String) { missions(first: $a) { totalCount } }', 'query ($a: Int!) { missions(first: $a) { totalCount } }', 'query ($a: ID) { node(id: $a) { __typename } }',
  'query ($a: ID = "x") { node(id: $a) { __typename } }', 'query ($a: ID = null) { node(id: $a) { __typename } }', 'query ($a: [ID]) { nodes(ids: $a) { __typename } }', 'query ($a: ID!) { nodes(ids: $a) { __typename } }',
  'query ($a: ID!) { nodes(ids: [$a]) { __typename } }', 'query ($a: [String]) { missions(filter: { country: $a }) { totalCount } }', 'query ($a: String!) { missions(filter: { country: [$a] }) { totalCount } }',
  'query ($a: String) { missions(filter: { country: [$a] }) { totalCount } }', 'query ($a: Int = "x") { missions(first: $a) { totalCount } }', 'query ($a: Int! = null) { missions(first: $a) { totalCount } }',
  'query ($a: Int = $b) { missions(first: $a) { totalCount } }', 'query ($o: DatedOrder) { missions(orderBy: $o) { totalCount } }', 'query ($o: NamedOrder) { missions(orderBy: $o) { totalCount } }',
  'query A { ...F } query B($n: Int) { ...F } fragment F on Query { missions(first: $n) { totalCount } }']) add(query);
const values = [undefined, null, 1, 1.5, -1, 2147483648, '', 'a', 'NAME', true, [], [1], [null], ['a'], [['a']], {}, { a: 1 }, { country: 'ML' }, { country: [null] }, { text: 1 }, { and: { country: 'ML' } }, { nothing: 1 }];
const fields = { 'Int': 'missions(first: $x)', 'Int!': 'missions(first: $x)', 'Int = 3': 'missions(first: $x)', '[String!]': 'missions(filter: { country: $x })', '[String!]!': 'missions(filter: { country: $x })',
  'MissionFilter': 'missions(filter: $x)', 'MissionFilter!': 'missions(filter: $x)', 'DatedOrder! = NAME': 'missions(orderBy: $x)', 'DatedOrder!': 'missions(orderBy: $x)', '[Boolean!]': 'programmes(filter: { humanitarian: $x })',
  'String!': 'search(text: $x)', '[ID!]!': 'a: nodes(ids: $x)' };
for (const [type, field] of Object.entries(fields)) {
  for (const x of values) {
    const inside = field.includes('nodes') ? '__typename' : 'totalCount';
    add(`query ($x: ${type}) { ${field} { ${inside} } }`, x === undefined ? {} : { x });
  }
}

/** Returns true if graphql-js rejects a request before execution. */
function rejectedByGraphqlJs({ query, variables }) {
  let document;
  try { document = parse(query); } catch { return true; }
  if (validate(schema, document).length > 0) return true;
  const operations = document.definitions.filter(definition => definition.kind === 'OperationDefinition');
  if (operations.length !== 1) return true;
  return getVariableValues(schema, operations[0].variableDefinitions ?? [], variables).errors !== undefined;
}

/** Returns true if the service rejects a request: the response has no `data`, and status 400. */
async function rejectedByService({ query, variables }) {
  const response = await fetch(new URL('/graphql', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, text/event-stream' },
    body: JSON.stringify({ query, variables }),
  });
  if ((response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
    await response.body.cancel();
    return false;
  }
  const body = await response.json();
  const rejected = !('data' in body);
  if (rejected && (response.status < 400 || !body.errors.every(error => error.extensions.code && !error.path))) {
    throw new Error(`not a request error: ${response.status} ${JSON.stringify(body)}`);
  }
  return rejected;
}

const differences = new Set();
let failed = 0;
for (const [key, request] of cases) {
  const byGraphqlJs = rejectedByGraphqlJs(request);
  const byService = await rejectedByService(request);
  if (byGraphqlJs === byService) continue;
  differences.add(key);
  if (!listed.some(entry => entry.query === request.query && JSON.stringify(entry.variables ?? {}) === JSON.stringify(request.variables) && entry.reason)) {
    failed += 1;
    console.error(`${byGraphqlJs ? 'only graphql-js' : 'only the service'} rejects ${key}`);
  }
}
for (const entry of listed) {
  const key = JSON.stringify([entry.query, entry.variables ?? {}]);
  if (!differences.has(key)) {
    failed += 1;
    console.error(`listed in conform.json, but no difference: ${key}`);
  }
}
console.log(`graphql-js ${version}: ${cases.size} documents, ${differences.size} listed differences, ${failed} failures`);
if (failed > 0 || cases.size < 300) process.exit(1);
