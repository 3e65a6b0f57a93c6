from nitrivac.crystal.occupation.record import Ambiguity, Interstitial, Occupation
