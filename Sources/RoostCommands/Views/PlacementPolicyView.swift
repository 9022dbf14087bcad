internal import Fleet

/// What the fleet asks of every placement, and what it breaks of that.
struct PlacementPolicyView: Sendable {
  let policy: FleetPolicy
  /// One sentence each.
  let broken: [String]

  /// The policy for people and programs.
  var detail: Detail {
    let lines = broken.isEmpty ? [] : [Detail.Line.section("broken now")] + broken.map { .text(.init($0, .bad)) }
    return Detail(
      name: "policy", lines: policy.lines + lines,
      tree: policy.tree.adding(["rules": .list(policy.rules.map(\.tree)), "broken": .texts(broken)]))
  }
}
