/** The migrations in order; their texts lie beside this file. The Workers entry has no disk and knows them by this list. */
export const MIGRATIONS = [
  '0001_foundation',
  '0002_imports',
  '0003_organisations',
  '0004_merging',
  '0005_employments',
  '0006_monthly_facts',
  '0007_privacy',
  '0008_outside_facts',
  '0009_search',
  '0010_training_orders',
  '0012_waiting_list',
  '0013_check_ins',
  '0015_scoring',
  '0016_promotions',
  '0017_assessment',
  '0018_entry_conditions',
]
