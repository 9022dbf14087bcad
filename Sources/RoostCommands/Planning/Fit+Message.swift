internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import Scheduling

extension Fit {
  /// The counts that a coordinator made, one for each size.
  static func fits(_ message: Roost_V1_CountFitResponse) throws(FleetError) -> [Fit] {
    var fits = message.totals.map { total in
      Fit(
        count: Int(clamping: total.count), atMost: Int(clamping: total.atMost), perHost: [], limitedBy: [],
        survive: Int(message.survive))
    }
    let path = FieldPath()
    for (number, share) in message.shares.enumerated() {
      guard fits.indices.contains(Int(share.size)) else {
        throw path.field("shares").element(number).invalid("size", "is of no size")
      }
      fits[Int(share.size)].perHost.append(Share(host: share.host, count: Int(clamping: share.count)))
    }
    for (number, limit) in message.limits.enumerated() {
      let place = path.field("limits").element(number)
      guard fits.indices.contains(Int(limit.size)) else { throw place.invalid("size", "is of no size") }
      fits[Int(limit.size)].limitedBy.append(try Refusal(limit.refusal, at: place.field("refusal")))
    }
    return fits
  }
}
