import { CLAUDE, CLAUDE_CODE } from './anthropic.ts'
import { GEMINI_CLI, GOOSE, INSPECTOR, MCP_REMOTE } from './command-line.ts'
import { CURSOR, ZED } from './editors.ts'
import { COPILOT_STUDIO, VSCODE } from './microsoft.ts'
import { CHATGPT, CODEX } from './openai.ts'
import type { ClientProfile } from './profile.ts'

/** In the order in which the settings name them. */
export const PROFILES: readonly ClientProfile[] = [
  CHATGPT,
  CODEX,
  CLAUDE,
  CLAUDE_CODE,
  COPILOT_STUDIO,
  VSCODE,
  CURSOR,
  INSPECTOR,
  MCP_REMOTE,
  GOOSE,
  GEMINI_CLI,
  ZED,
]
