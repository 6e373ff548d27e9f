/** The demo's skill competition, with a tie that stays one. */
import type { City } from './demo-city.ts'
import type { DemoWorld } from './demo-world.ts'

export async function holdCompetition(_world: DemoWorld, _city: City): Promise<void> {}
