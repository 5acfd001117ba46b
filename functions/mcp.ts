import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('mcp', {
  route: 'mcp',
  methods: ['POST', 'GET', 'DELETE', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.mcp,
})
