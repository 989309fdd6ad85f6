// The playground for a binary that was built without npm: no library, no build step.

const byId = (id) => document.getElementById(id);
const [query, variables, run, answer] = ['query', 'variables', 'run', 'answer'].map(byId);

async function ask() {
  run.disabled = true;
  answer.textContent = '…';
  try {
    const response = await fetch('../graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
      },
      body: JSON.stringify({ query: query.value, variables: JSON.parse(variables.value.trim() || '{}') }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    answer.textContent = json ? JSON.stringify(JSON.parse(text), null, 2) : `${response.status}: ${text}`;
  } catch (cause) {
    answer.textContent = String(cause);
  } finally {
    run.disabled = false;
  }
}

function open(example, focus) {
  query.value = example.query.trim();
  const given = example.variables ?? {};
  variables.value = Object.keys(given).length > 0 ? JSON.stringify(given, null, 2) : '';
  answer.textContent = '';
  if (focus) run.focus();
}

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

function list(example) {
  const link = (format) =>
    make(
      'a',
      { href: `../q/${encodeURIComponent(example.name)}.${format}`, ariaLabel: `${format.toUpperCase()} of ${example.title}` },
      format.toUpperCase(),
    );
  const button = make('button', { type: 'button', onclick: () => open(example, true) }, example.title);
  return make('li', {}, button, make('p', {}, example.answers, ' ', link('csv'), ' ', link('json')));
}

run.addEventListener('click', ask);
byId('ask').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ask();
});

try {
  const response = await fetch('./queries.json');
  if (!response.ok) throw new Error(`${response.status}`);
  const examples = await response.json();
  byId('examples').append(...examples.map(list));
  const named = () => {
    const name = new URLSearchParams(location.hash.slice(1)).get('query');
    return examples.find((example) => example.name === name);
  };
  addEventListener('hashchange', () => named() && open(named(), true));
  const first = named() ?? examples[0];
  if (first) open(first, false);
} catch (cause) {
  byId('no-examples').textContent = `The examples could not be loaded (${cause.message}).`;
  byId('no-examples').hidden = false;
}
