/** Annex 4: direct supply of at least half, "in principle": a warning beside the core indicator, no part of it. */
export const DIRECT_SUPPLY_IN_PRINCIPLE = 0.5;
