import { askTheTool } from './tool.ts'

askTheTool((items) => items)
