internal import Fleet

/// Groups hosts that every filter answers alike, so that each filter runs once per group.
///
/// Hosts of one class are equal in all that filters read, hosts of one *build* in all but their labels, which only few
/// filters read. A fleet has many classes if its labels differ, such as by rack, and few builds.
struct HostClasses: Sendable {
  /// The class of each host, in the order of the hosts.
  private(set) var of: [Int] = []
  /// For each class, what filters read of its hosts.
  private(set) var samples: [HostSnapshot] = []
  /// The build of each class.
  private(set) var buildOf: [Int] = []
  /// For each build, what filters read of its hosts, without labels.
  private(set) var builds: [HostSnapshot] = []

  private var known: [HostSnapshot: Int] = [:]
  private var knownBuilds: [HostSnapshot: Int] = [:]

  init(_ hosts: [HostSnapshot]) {
    of.reserveCapacity(hosts.count)
    for host in hosts { of.append(number(of: host)) }
  }

  /// Records that the host at a position has changed.
  mutating func replace(_ position: Int, with host: HostSnapshot) {
    let inputs = host.filterInputs
    if inputs != samples[of[position]] { of[position] = number(ofInputs: inputs) }
  }

  /// The number of the host's class; adds a class if there is none.
  private mutating func number(of host: HostSnapshot) -> Int {
    let inputs = host.filterInputs
    // Hosts often come in runs of one class.
    if let last = of.last, inputs == samples[last] { return last }
    return number(ofInputs: inputs)
  }

  private mutating func number(ofInputs inputs: HostSnapshot) -> Int {
    if let known = known[inputs] { return known }
    known[inputs] = samples.count
    samples.append(inputs)
    var build = inputs
    build.labels = [:]
    let number = knownBuilds[build] ?? builds.count
    if number == builds.count {
      knownBuilds[build] = number
      builds.append(build)
    }
    buildOf.append(number)
    return samples.count - 1
  }
}

/// Whether the filters let a VM onto hosts of each class, found out when first asked.
struct ClassVerdicts {
  private let request: PlacementRequest
  /// True if the request says something about labels; without that, classes of one build get one verdict.
  private let asksLabels: Bool
  private var ofBuilds: [Bool?]
  private var ofClasses: [Bool?]

  init(_ request: PlacementRequest, _ classes: HostClasses) {
    self.request = request
    ofBuilds = Array(repeating: nil, count: classes.builds.count)
    asksLabels = !request.constraints.require.isEmpty || !request.constraints.avoid.isEmpty
    ofClasses = asksLabels ? Array(repeating: nil, count: classes.samples.count) : []
  }

  /// True if hosts of the class have reported and every filter lets the VM onto them.
  mutating func allows(_ number: Int, _ classes: HostClasses) -> Bool {
    guard asksLabels else { return allows(build: classes.buildOf[number], classes) }
    if let known = ofClasses[number] { return known }
    let verdict =
      allows(build: classes.buildOf[number], classes)
      && PlacementFilter.ofLabels.allSatisfy { $0.refuses(request, classes.samples[number]) == nil }
    ofClasses[number] = verdict
    return verdict
  }

  private mutating func allows(build number: Int, _ classes: HostClasses) -> Bool {
    if let known = ofBuilds[number] { return known }
    let build = classes.builds[number]
    let verdict = build.capacity != nil && PlacementFilter.ofBuild.allSatisfy { $0.refuses(request, build) == nil }
    ofBuilds[number] = verdict
    return verdict
  }
}
