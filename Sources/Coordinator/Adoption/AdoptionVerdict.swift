import Fleet

/// What would come of adopting one domain.
struct AdoptionVerdict: Sendable {
  let host: HostEntry
  let domain: ObservedDomain
  let result: Result<Adoptee, FleetError>
}
