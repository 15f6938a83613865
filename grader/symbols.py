"""The signs of TeX that the exercises use, as Unicode."""

from __future__ import annotations

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Delta": "Δ",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "Lambda": "Λ", "Theta": "Θ", "Gamma": "Γ", "ell": "ℓ",
}  # fmt: skip
SIGNS = {
    "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×", "div": "÷", "pm": "±", "sum": "∑", "prod": "∏", "int": "∫",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "equiv": "≡", "sim": "∼",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "Rightarrow": "⇒", "mapsto": "↦", "infty": "∞",
    "in": "∈", "notin": "∉", "subset": "⊂", "odot": "⊙", "otimes": "⊗", "oplus": "⊕", "circ": "∘", "top": "⊤",
    "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|",
    "lVert": "‖", "rVert": "‖", "|": "‖", "prime": "′", "propto": "∝", "forall": "∀", "exists": "∃", "ast": "∗",
    "lceil": "⌈", "rceil": "⌉", "lfloor": "⌊", "rfloor": "⌋", "setminus": "∖", "cup": "∪", "cap": "∩",
    "langle": "⟨", "rangle": "⟩", "{": "{", "}": "}", "_": "_", "%": "%", "#": "#", "&": "&", "$": "$", "colon": ":",
}  # fmt: skip
SYMBOLS = GREEK | SIGNS
SPACES = {",": " ", ":": " ", ";": " ", "!": "", " ": " ", "quad": "\u2003", "qquad": "\u2003\u2003", "\\": "\u2003"}
ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
           "dot": "\u0307", "vec": "\u20d7"}  # fmt: skip
BOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "E": "𝔼"}
SUBSCRIPTS = dict(zip("0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
SUPERSCRIPTS = dict(
    zip(
        "0123456789+−-=()abcdefghijklmnoprstuvwxyzTLMNRW′⊤∗",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᴸᴹᴺᴿᵂ′ᵀ*",
        strict=True,
    )
)
