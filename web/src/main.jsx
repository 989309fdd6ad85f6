import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { AnswerBar, LeaveEditors } from './answer.jsx';
import {
  FollowAddress,
  NameEditors,
  OpenPanel,
  examplesPlugin,
  namedInAddress,
  rememberPanel,
  variablesOf,
} from './examples.jsx';
import './main.css';
import { fetcher, loadExamples } from './service.js';

// The editor's hints use javascript: links as buttons. The content security policy blocks the link; its click handler runs.
document.addEventListener('click', (event) => {
  if (event.target.closest?.('a[href^="javascript:"]')) event.preventDefault();
});

const loaded = await loadExamples();
const examples = loaded ?? [];
const plugin = examplesPlugin(loaded);

// A returning visitor keeps the stored tabs. A link to an example shows that example, a first visit the first one.
const firstVisit = localStorage.getItem('graphiql:tabState') === null;
const shown = namedInAddress(examples) ?? (firstVisit ? examples[0] : undefined);

createRoot(document.getElementById('root')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={[plugin]}
    onTogglePluginVisibility={rememberPanel}
    query={shown?.query}
    variables={shown && variablesOf(shown)}
    defaultTabs={[{ query: '' }]}
    defaultQuery=""
    defaultEditorToolsVisibility="variables"
  >
    <GraphiQL.Logo>
      <h1 className="home">
        <a href="../">aidgraph</a>
      </h1>
    </GraphiQL.Logo>
    <OpenPanel />
    <NameEditors />
    <LeaveEditors />
    <FollowAddress examples={examples} />
    <GraphiQL.Footer>
      <AnswerBar />
    </GraphiQL.Footer>
  </GraphiQL>,
);
