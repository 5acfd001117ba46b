/** Members of a result's `_meta` for the view of answers: a host gives them to the view, and never to the model. */
export const ANSWER_META = {
  behind: 'chatgpt-dynamics-mcp/behind',
  titles: 'chatgpt-dynamics-mcp/titles',
  asked: 'chatgpt-dynamics-mcp/asked',
} as const
