import { useEffect } from 'react';
import { flushSync } from 'react-dom';
import { useEditorContext, useExecutionContext, usePluginStore } from '@graphiql/react';
import { rows } from './service.js';

/** The text of an example's variables, as the editor shows it. */
export const variablesOf = ({ variables }) =>
  variables && Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : '';

/**
 * What the page's address opens: the example of `#query=NAME`, or the query itself with its variables,
 * `#query=TEXT&variables=JSON`.
 */
export function namedInAddress(examples) {
  const parts = new URLSearchParams(location.hash.slice(1));
  const query = parts.get('query');
  if (!query) return undefined;
  if (!query.includes('{')) return examples.find((example) => example.name === query);
  return { query, variables: objectOf(parts.get('variables')) };
}

/** An object of JSON; undefined for other text. */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

const sameText = (a, b) => (a ?? '').trim() === (b ?? '').trim();
const holds = (example, query, variables) =>
  sameText(example.query, query) && sameText(variablesOf(example), variables);

/** Opens an example: in the current tab if that is unedited, otherwise in a new one. */
function useOpen(examples) {
  const { addTab, updateActiveTabValues, queryEditor, variableEditor, responseEditor } = useEditorContext();
  const { stop } = useExecutionContext();
  if (!queryEditor || !variableEditor) return null;
  return (example) => {
    const query = queryEditor.getValue();
    const variables = variableEditor.getValue();
    const untouched =
      !(query + variables).trim() || examples.some((other) => holds(other, query, variables));
    stop();
    // Synchronously, so that the next lines write into the new tab.
    if (!untouched) flushSync(addTab);
    const opened = { query: example.query, variables: variablesOf(example) };
    queryEditor.operationName = null;
    queryEditor.setValue(opened.query);
    variableEditor.setValue(opened.variables);
    responseEditor?.setValue('');
    flushSync(() => updateActiveTabValues({ ...opened, operationName: null, response: null }));
    if (opened.variables) document.querySelector('.graphiql-editor-tools [data-name="variables"]')?.click();
    document.querySelector('.graphiql-execute-button')?.focus();
  };
}

const PANEL = 'aidgraph:panel';

/** Stores the open panel for the next visit. */
export const rememberPanel = (plugin) => localStorage.setItem(PANEL, plugin?.title ?? '');

/** Opens the panel of the last visit, by default the examples. GraphiQL 4's `visiblePlugin` leaves it hidden. */
export function OpenPanel() {
  const ready = usePluginStore((store) => store.plugins.length > 0);
  useEffect(() => {
    const title = localStorage.getItem(PANEL) ?? 'Examples';
    if (ready && title) document.querySelector(`.graphiql-sidebar [aria-label="Show ${title}"]`)?.click();
  }, [ready]);
  return null;
}

/** Names the editors for screen readers; GraphiQL leaves their text areas unnamed. */
export function NameEditors() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useEditorContext();
  useEffect(() => {
    queryEditor?.getInputField().setAttribute('aria-label', 'Query');
    variableEditor?.getInputField().setAttribute('aria-label', 'Variables');
    headerEditor?.getInputField().setAttribute('aria-label', 'Headers');
    responseEditor?.getInputField().setAttribute('aria-label', 'Answer');
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}

/** Opens the example of `#query=NAME` when the address of the open page changes. */
export function FollowAddress({ examples }) {
  const open = useOpen(examples);
  useEffect(() => {
    const follow = () => {
      const example = namedInAddress(examples);
      if (example) open?.(example);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  });
  return null;
}

const Book = (props) => (
  <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" {...props}>
    <path d="M10 5.5C8.5 4 6 3.5 2.5 3.5V15c3.5 0 6 .5 7.5 2 1.5-1.5 4-2 7.5-2V3.5C14 3.5 11.5 4 10 5.5V17" />
  </svg>
);

function Example({ example, open, current }) {
  const { name, title, answers } = example;
  return (
    <li className="example" aria-current={current || undefined}>
      <button type="button" className="example-open" disabled={!open} onClick={() => open(example)}>
        <span className="example-title">{title}</span>
        <span className="example-answers">{answers}</span>
      </button>
      <span className="example-rows">
        {['csv', 'json'].map((format) => (
          <a key={format} href={rows(name, format)} target="_blank" rel="noopener" aria-label={`${format.toUpperCase()} of ${title}`}>
            {format.toUpperCase()}
          </a>
        ))}
      </span>
    </li>
  );
}

function Panel({ examples }) {
  const { tabs, activeTabIndex } = useEditorContext();
  const open = useOpen(examples ?? []);
  const tab = tabs[activeTabIndex];
  return (
    <section className="examples" aria-labelledby="examples-heading">
      <h2 id="examples-heading">Examples</h2>
      {examples?.length ? (
        <>
          <p>Questions this service answers. Open one, run it, change it; or take its rows as a file.</p>
          <ul>
            {examples.map((example) => (
              <Example
                key={example.name}
                example={example}
                open={open}
                current={Boolean(tab) && holds(example, tab.query, tab.variables)}
              />
            ))}
          </ul>
        </>
      ) : (
        <p role="status">
          {examples ? 'This service has no saved queries.' : 'The examples could not be loaded. Reload the page to try again.'}
        </p>
      )}
    </section>
  );
}

/** The GraphiQL plugin: a book in the side bar, the list in the panel. */
export const examplesPlugin = (examples) => ({
  title: 'Examples',
  icon: Book,
  content: () => <Panel examples={examples} />,
});
