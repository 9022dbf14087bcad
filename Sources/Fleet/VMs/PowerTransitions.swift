/// Which power verbs are allowed in which state: one exhaustive table.
package enum PowerTransitions {
  /// The verdict on a verb in a state.
  package enum Verdict: Hashable, Sendable {
    /// Carry it out.
    case act
    /// The VM is in that state already.
    case alreadyThere
    /// Not allowed in this state; the sentence says why, the hint what to type.
    case illegal(String, hint: String)
  }

  /// Decides about a verb on a guest that is neither simply on nor off; nil if the VM's state decides.
  package static func verdict(_ verb: PowerVerb, force: Bool, seen state: DomainState) -> Verdict? {
    switch state {
    case .running, .blocked, .paused, .stopped, .unknown: nil
    case .crashed where verb == .stop && force: .act
    case .crashed: .illegal("its guest crashed, and its QEMU is kept as it was", hint: "roost stop --force NAME")
    case .shuttingDown:
      verb == .stop || verb == .start
        ? .act : .illegal("it is shutting down", hint: "wait until it is stopped: roost show NAME")
    case .suspended where verb == .stop || verb == .restart && force: .act
    case .suspended:
      .illegal("it sleeps by its own power management", hint: "wake it on its host: virsh dompmwakeup NAME")
    }
  }

  /// Decides whether `verb` may act on a VM in `state`.
  package static func verdict(_ verb: PowerVerb, in state: VMState) -> Verdict {
    switch state {
    case .pending, .provisioning: .illegal("it is still being made", hint: "wait for its operation: roost op list")
    case .migrating: .illegal("it is moving to another host", hint: "wait for its operation: roost op list")
    case .deleting, .deleted: .illegal("it is being deleted", hint: "roost op list")
    case .failed(let reason): failed(verb, reason)
    case .stopped: stopped(verb)
    case .starting: starting(verb)
    case .running: running(verb)
    case .paused: paused(verb)
    }
  }

  private static func stopped(_ verb: PowerVerb) -> Verdict {
    switch verb {
    case .start: .act
    case .stop: .alreadyThere
    case .restart: .illegal("it is stopped", hint: "roost start NAME")
    case .pause: .illegal("it is stopped", hint: "roost start NAME")
    case .resume: .illegal("it is stopped, not paused", hint: "roost start NAME")
    }
  }

  private static func starting(_ verb: PowerVerb) -> Verdict {
    switch verb {
    case .start: .alreadyThere
    case .stop: .act
    case .restart, .pause, .resume: .illegal("it is still starting", hint: "try again in a moment")
    }
  }

  private static func running(_ verb: PowerVerb) -> Verdict {
    switch verb {
    case .start, .resume: .alreadyThere
    case .stop, .restart, .pause: .act
    }
  }

  private static func paused(_ verb: PowerVerb) -> Verdict {
    switch verb {
    case .start: .illegal("it is paused", hint: "roost resume NAME")
    case .stop, .resume: .act
    case .restart: .illegal("it is paused", hint: "roost resume NAME")
    case .pause: .alreadyThere
    }
  }

  private static func failed(_ verb: PowerVerb, _ reason: String) -> Verdict {
    switch verb {
    case .start, .stop: .act
    case .restart, .pause, .resume: .illegal("it failed: \(reason)", hint: "roost show NAME")
    }
  }
}

/// A change of a VM's power.
package enum PowerVerb: String, Hashable, Sendable, CaseIterable {
  /// Boot the guest.
  case start
  /// Ask the guest to shut down, or cut its power by force.
  case stop
  /// Ask the guest to reboot, or reset it by force.
  case restart
  /// Pause the guest in memory.
  case pause
  /// Resume a paused guest.
  case resume

  /// The power state after the verb.
  package var target: PowerTarget {
    switch self {
    case .start, .restart, .resume: .running
    case .stop: .stopped
    case .pause: .paused
    }
  }
}

/// The power state that was asked for.
package enum PowerTarget: String, Hashable, Sendable, CaseIterable {
  /// The guest runs.
  case running
  /// The guest is off.
  case stopped
  /// The guest is paused in memory.
  case paused
}
