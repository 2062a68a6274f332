import { MantineProvider } from '@mantine/core';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './frame/app.js';
import './frame/page.css';
import { sessionOf } from './frame/session.js';
import { theme } from './frame/theme.js';

const session = sessionOf(window.sessionStorage, window.location, (address) => window.history.replaceState(null, '', address));
const page = document.querySelector('#page');
if (!page) throw new Error('index.html has no element #page');
// Variables and media classes come with the style sheets: a style element made by a script is none that the policy allows.
createRoot(page).render(
  <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <App session={session} />
  </MantineProvider>,
);
