import { askTheTool, oneInTurn } from './tool.ts'

// Each question by one person; the sweep asks everybody in every word of a question. What each of them is given of the
// Web API itself is asked in queries.test.ts.
askTheTool(oneInTurn)
