import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('zz-home', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.home,
})
