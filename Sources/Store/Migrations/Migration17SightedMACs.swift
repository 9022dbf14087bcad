/// Adds an index that has the addresses seen on hosts, which monitoring counts at each scrape.
enum Migration17SightedMACs: Migration {
  static let identifier = "12 sighted macs"

  // The column that says it is open is in it as well: SQLite 3.40 reads each row for it otherwise.
  static let statements = [
    "CREATE INDEX mac_sightings_sighted ON mac_sightings (source, mac, ended_at) WHERE ended_at IS NULL;"
  ]
}
