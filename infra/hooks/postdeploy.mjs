import { start } from './run/start.mjs'

// `azd up` redraws its table of services over the last lines of a terminal, each second and once more at its end
// (github.com/Azure/azure-dev/issues/9073): these lines are for it to take.
await start('../steps/postdeploy.ts', 'postdeploy', { usage: ['azd hooks run postdeploy'], blankLines: 5 })
