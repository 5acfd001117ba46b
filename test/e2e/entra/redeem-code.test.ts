import { describeAnswersAt } from './sign-in-answers.ts'

describeAnswersAt('token.authorization_code', 'what Entra says of the code')
