/** Whether and when a tunnel is reopened, and if not, why. */
import type { RestartPolicy } from '../../core/model.ts'
import { needInWords } from '../../core/decide/future.ts'
import { whyNotBack, whyNotReopened } from '../../core/decide/supervision.ts'
import { nextTry } from '../lines.ts'
import type { WhyFacts } from './facts.ts'

/** `on-failure:3` */
export function policyInWords({ when, max }: RestartPolicy): string {
  return max === null ? when : `${when}:${max}`
}

/** `to be opened again in 4s (3rd time)`, or `not opened again, because ...`; of what runs, what its policy means. */
export function prospects({ row, spec, world, wanted, claimant, now }: WhyFacts): string {
  const { observed, next } = row
  const unasked = 'not opened by itself before a p2p up asks for it'
  if (!wanted || spec === null) return unasked
  if (claimant !== null)
    return `about to be opened by ${claimant.command} (PID ${claimant.pid}), which is still at work`
  if (typeof next?.on === 'string') return needInWords(next, world) ?? ''
  // Wanted but not on record: its `up` was killed early.
  if (observed === null && spec.restart.when === 'no') return unasked
  if (observed === null) return world.supervised ? 'to be opened' : 'not opened while the supervisor is not running'
  const { record, process } = observed
  const left = process.kind === 'running' ? whyNotReopened(spec, observed, now) : null
  if (left !== null) return `not reopened, because ${left}`
  if (process.kind === 'running' || process.kind === 'starting') return promise(spec.restart, world.supervised)
  if (process.kind === 'unknown') return 'not opened again, because it is unknown whether it still runs'
  const refusal = whyNotBack(spec, observed, world.bootId, now)
  if (refusal !== null) return `not opened again, because ${refusal}`
  if (!world.supervised) return 'not opened again, because the supervisor is not running'
  return `to be opened again${nextTry(record, now)}`
}

function promise({ when, max }: RestartPolicy, supervised: boolean): string {
  const after = when === 'always' ? 'opened again whenever it ends' : 'opened again after a failure'
  const most = max === null ? '' : `, at most ${max} times in a row`
  if (when === 'no') return 'never opened again by itself'
  return supervised ? `${after}${most}` : 'not opened again while the supervisor is not running'
}
