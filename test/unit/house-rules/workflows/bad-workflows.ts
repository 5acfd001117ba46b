const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1'

/** Nothing is wrong with it. */
export const GOOD = `name: good
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: good
jobs:
  build:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    outputs:
      made: \${{ steps.make.outputs.made }}
    steps:
      - uses: actions/checkout@${SHA} # v7.0.1
        with:
          persist-credentials: false
      - id: make
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: npm run build
  sign:
    needs: build
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: release
    permissions:
      id-token: write
    steps:
      - env:
          MADE: \${{ needs.build.outputs.made }}
        run: node infra/build.ts "$MADE"
`

/** What is done to it, the line that must be named, and a part of what must be said. */
export const BAD: readonly (readonly [what: string, from: string, to: string, line: number, says: string])[] = [
  ['rights on top', 'permissions: {}', 'permissions:\n  contents: read', 6, 'permissions must be {}'],
  ['no rights on top at all', 'permissions: {}\n', '', 1, 'permissions must be {}'],
  ['all rights on top', 'permissions: {}', 'permissions: write-all', 5, 'permissions must be {}'],
  ['all rights of a job', '    permissions:\n      contents: read', '    permissions: write-all', 9, 'one by one'],
  ['no rights of a job', '    permissions:\n      contents: read\n', '', 9, 'one by one'],
  ['no concurrency', 'concurrency:\n  group: good\n', '', 1, 'concurrency'],
  ['pull_request_target', '  push:\n    branches: [main]', '  pull_request_target:', 3, 'pull_request_target'],
  [
    'pull_request_target in a list',
    'on:\n  push:\n    branches: [main]',
    'on: [push, pull_request_target]',
    2,
    'strangers',
  ],
  ['workflow_run', '  push:\n    branches: [main]', '  workflow_run:\n    workflows: [ci]', 3, 'workflow_run'],
  ['no timeout', '    timeout-minutes: 5\n    permissions', '    permissions', 9, 'timeout-minutes'],
  ['an endless timeout', 'timeout-minutes: 5\n    permissions', 'timeout-minutes: 600\n    permissions', 9, '120'],
  [
    'an image of any version',
    'ubuntu-24.04\n    timeout-minutes: 5\n    permissions',
    'ubuntu-latest\n    timeout-minutes: 5\n    permissions',
    9,
    'runs-on',
  ],
  ['a tag for a SHA', `checkout@${SHA} # v7.0.1`, 'checkout@v7', 17, 'not pinned'],
  ['a short SHA', SHA, SHA.slice(0, 12), 17, 'not pinned'],
  ['a branch', `checkout@${SHA}`, 'checkout@main', 17, 'not pinned'],
  ['an image from a registry', `actions/checkout@${SHA} # v7.0.1`, 'docker://alpine:3', 17, 'not pinned'],
  ['no version beside the SHA', ' # v7.0.1', '', 17, 'comment'],
  ['a version that is none', '# v7.0.1', '# v7', 17, 'comment'],
  ['credentials stay', 'persist-credentials: false', 'persist-credentials: true', 17, 'persist-credentials'],
  [
    'credentials stay by default',
    '        with:\n          persist-credentials: false\n',
    '',
    17,
    'persist-credentials',
  ],
  ['a title in run', 'npm run build', 'echo "${{ github.event.pull_request.title }}"', 23, 'becomes code'],
  ['an input in run', 'npm run build', 'echo ${{inputs.tag}}', 23, 'becomes code'],
  [
    'a branch name in a script',
    '          persist-credentials: false',
    '          persist-credentials: false\n          script: say("${{ github.head_ref }}")',
    17,
    'becomes code',
  ],
  ['a secret printed', 'npm run build', 'echo "token $TOKEN"', 23, 'is printed'],
  ['a secret printed in braces', 'npm run build', 'printf %s ${TOKEN}', 23, 'is printed'],
  ['each command shown beside a secret', 'npm run build', 'set -eux', 23, 'every variable'],
  ['all variables shown beside a secret', 'npm run build', 'printenv', 23, 'every variable'],
  ['all secrets', '${{ secrets.TOKEN }}', '${{ toJSON(secrets) }}', 20, 'whole context'],
  ['a script that is not there', 'npm run build', 'npm run built', 23, 'no script built'],
  ['a file that is not there', 'infra/build.ts "$MADE"', 'infra/bild.ts', 34, 'no file infra/bild.ts'],
  ['an output that nobody has', 'needs.build.outputs.made', 'needs.build.outputs.done', 24, 'outputs.done'],
  ['an output of no need', '    needs: build\n', '', 24, 'outputs.made'],
  ['a proof for any branch', '    environment: release\n', '', 24, 'needs an environment'],
  ['packages beside the proof', 'node infra/build.ts "$MADE"', 'npm ci', 34, 'beside the right'],
  [
    'packages beside another right',
    'id-token: write\n    steps:\n      - env:\n          MADE: ${{ needs.build.outputs.made }}\n        run: node infra/build.ts "$MADE"',
    'contents: write\n    steps:\n      - run: yarn install',
    32,
    'beside the right',
  ],
  ['a right to write for any branch', '      contents: read', '      contents: write', 9, 'needs an environment'],
  [
    'two rights to write for any branch',
    '      contents: read',
    '      packages: write\n      actions: write',
    9,
    'packages, actions',
  ],
  [
    'a cache beside the proof',
    '      - env:\n          MADE: ${{ needs.build.outputs.made }}\n        run: node infra/build.ts "$MADE"',
    `      - uses: actions/cache/restore@${SHA} # v7.0.1`,
    32,
    'a cache',
  ],
  [
    'a cache that comes by itself',
    '      - env:\n          MADE: ${{ needs.build.outputs.made }}\n        run: node infra/build.ts "$MADE"',
    `      - uses: actions/setup-node@${SHA} # v7.0.1`,
    32,
    'a cache',
  ],
  ['a comment that starts it', '  push:\n    branches: [main]', '  issue_comment:', 3, 'strangers'],
  ['an issue that starts it', '  push:\n    branches: [main]', '  issues:\n    types: [opened]', 3, 'strangers'],
  ['a discussion that starts it', 'on:\n  push:\n    branches: [main]', 'on: discussion', 2, 'strangers'],
  [
    'a review comment that starts it',
    '  push:\n    branches: [main]',
    '  pull_request_review_comment:',
    3,
    'strangers',
  ],
  [
    'a secret of all jobs',
    'permissions: {}',
    'permissions: {}\nenv:\n  TOKEN: ${{ secrets.TOKEN }}',
    1,
    'a secret in env',
  ],
  [
    'a secret of a job',
    '    timeout-minutes: 5\n    permissions',
    "    timeout-minutes: 5\n    env:\n      TOKEN: ${{ secrets['TOKEN'] }}\n    permissions",
    9,
    'a secret in env',
  ],
  [
    'the token of a job for all its steps',
    '    timeout-minutes: 5\n    permissions',
    '    timeout-minutes: 5\n    env:\n      TOKEN: ${{ github.token }}\n    permissions',
    9,
    'a secret in env',
  ],
  ['a secret that a job gives away', 'steps.make.outputs.made', 'secrets.TOKEN', 9, 'a secret in outputs'],
  [
    'a secret by brackets, printed',
    'secrets.TOKEN }}\n        run: npm run build',
    "secrets['TOKEN'] }}\n        run: echo $TOKEN",
    23,
    'is printed',
  ],
  [
    'an image that nobody pinned',
    '    timeout-minutes: 5\n    permissions',
    '    timeout-minutes: 5\n    container: node:24\n    permissions',
    9,
    'container',
  ],
  [
    'a service that nobody pinned',
    '    timeout-minutes: 5\n    permissions',
    '    timeout-minutes: 5\n    services:\n      db:\n        image: redis\n    permissions',
    9,
    'services',
  ],
  [
    'a failure that is passed over',
    '      - id: make',
    '      - id: make\n        continue-on-error: true',
    20,
    'continue-on-error',
  ],
  [
    'a job that may fail',
    '    environment: release',
    '    environment: release\n    continue-on-error: true',
    24,
    'continue-on-error',
  ],
  ['a job that signs what failed', '    needs: build', '    needs: build\n    if: always()', 24, 'although'],
  ['the same as an expression', '    needs: build', '    needs: build\n    if: ${{ !cancelled() }}', 24, 'although'],
  ['a step after a failure', '      - id: make', '      - id: make\n        if: failure()', 20, 'although'],
  [
    'credentials stay, by another spelling',
    `actions/checkout@${SHA} # v7.0.1\n        with:\n          persist-credentials: false`,
    `Actions/Checkout@${SHA} # v7.0.1`,
    17,
    'persist-credentials',
  ],
  [
    'a branch name as an inline script',
    '          persist-credentials: false',
    '          persist-credentials: false\n          inlineScript: say ${{ github.head_ref }}',
    17,
    'becomes code',
  ],
  [
    'an input as a shell',
    '      - id: make',
    '      - id: make\n        shell: ${{ inputs.shell }}',
    20,
    'becomes code',
  ],
  [
    'a key that is none',
    'timeout-minutes: 5\n    permissions',
    'timeout-minutes: 5\n    timeout: 5\n    permissions',
    12,
    'timeout',
  ],
  ['a need that is none', 'needs: build', 'needs: bild', 25, 'bild'],
  ['a step that is none', 'steps.make.outputs.made', 'steps.mak.outputs.made', 15, 'mak'],
  ['a context that is none', '${{ secrets.TOKEN }}', '${{ secret.TOKEN }}', 22, 'secret'],
  ['an expression that does not end', '${{ secrets.TOKEN }}', '${{ format( }}', 22, 'expression'],
  ['an event that is none', '  push:\n', '  pushed:\n', 3, 'pushed'],
  ['a schedule that is none', '  push:\n    branches: [main]', "  schedule:\n    - cron: '99 4 * * 1'", 4, 'cron'],
  ['shell that is none', 'npm run build', 'if true; then npm run build', 23, 'syntax error'],
  ['a quote that stays open', 'npm run build', "echo it's; npm run build", 23, 'EOF'],
]
