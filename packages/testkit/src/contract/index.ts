import type { Case } from '../case.ts';
import { donationCases } from './donation.ts';
import { errorCases } from './errors.ts';
import { memoryCases } from './memory.ts';
import { outputCases } from './outputs.ts';
import { roundTripCases } from './round-trip.ts';

/** The rules of buffers and executables, on graphs written by hand. */
export function contractCases(): Case[] {
  return [...roundTripCases(), ...outputCases(), ...donationCases(), ...memoryCases(), ...errorCases()];
}
