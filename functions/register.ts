import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('register', {
  route: 'oauth/register',
  methods: ['POST', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.register,
})
