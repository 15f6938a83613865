"""What each code of a misconception stands for: the thought that exercises have in common, for teachers.

Codes are never reused, so numbers are missing where a thought turned out to be part of another.
"""

from __future__ import annotations

from grader.messages import Text

ANYWHERE = frozenset(["M10", "M26", "M44", "M45"])  # recognised in every exercise, and written in none

CODES = {
    "M01": Text(
        "Of the softmax Jacobian only the diagonal, $p(1 - p)$, as if each output had one input.",
        "softmax 的雅可比矩阵只取了对角线 $p(1 - p)$，好像每个输出只依赖一个输入。",
    ),
    "M02": Text(
        "The Jacobian is summed along an axis, where everything cancels to zeros.",
        "把雅可比矩阵沿一个轴求和，结果全部抵消为零。",
    ),
    "M03": Text(
        "$p - y$, the derivative of softmax and cross-entropy together, is given as that of softmax.",
        "把 softmax 与交叉熵合在一起的导数 $p - y$ 当成了 softmax 自己的导数。",
    ),
    "M04": Text(
        "Probabilities are taken for logits, or logits for probabilities.",
        "把概率当成 logits，或者把 logits 当成概率。",
    ),
    "M05": Text(
        "The slope of a sigmoid in terms of its output is applied to its input, or the sigmoid is applied twice.",
        "用输出表示的 sigmoid 斜率公式却代入了输入，或者 sigmoid 用了两次。",
    ),
    "M06": Text(
        "An exponential or a logarithm leaves the range of floating-point numbers.",
        "指数或对数超出了浮点数的范围。",
    ),
    "M07": Text(
        "A sum runs along the wrong axis, or over the whole batch; a square batch hides it.",
        "沿错误的轴求和，或者对整个批次求和；批次恰为方阵时看不出来。",
    ),
    "M08": Text(
        "The slope of relu is the activation itself, or relu is applied to the upstream gradient.",
        "把激活值本身当成 relu 的斜率，或者对上游梯度做了 relu。",
    ),
    "M10": Text(
        "A function writes into its argument.",
        "函数改写了传入的参数。",
    ),
    "M12": Text(
        "The factor 2 of the square is missing, everywhere or in one parameter.",
        "平方求导漏了因子 2，全部漏掉或只在一个参数里漏掉。",
    ),
    "M13": Text(
        "A mean is taken for a sum or a sum for a mean: a factor $1/n$ too much or too little.",
        "求和与求平均弄混：多了或少了因子 $1/n$。",
    ),
    "M14": Text(
        "The sign is flipped: target and prediction changed places, or the step goes uphill.",
        "符号反了：目标值与预测值换了位置，或者沿上坡方向更新。",
    ),
    "M15": Text(
        "The hidden layer's own slope is left out of its delta.",
        "隐藏层的 delta 漏了该层自己的斜率。",
    ),
    "M16": Text(
        "The hidden delta is built from the gradients of the weights instead of the weights.",
        "隐藏层的 delta 用了权重的梯度，而不是权重。",
    ),
    "M17": Text(
        "Parameters are updated before they are used for the next gradient.",
        "参数先更新了，然后又拿去计算下一个梯度。",
    ),
    "M18": Text(
        "All units of a layer share one bias gradient.",
        "一层的所有单元共用一个偏置梯度。",
    ),
    "M19": Text(
        "The gradient of a weight matrix is transposed.",
        "权重矩阵的梯度被转置了。",
    ),
    "M20": Text(
        "A row against a column: the difference is broadcast to a square matrix.",
        "行向量减列向量：差被广播成了方阵。",
    ),
    "M21": Text(
        "Gradients are never zeroed, and add up.",
        "梯度从不清零，不断累加。",
    ),
    "M22": Text(
        "`w = w - lr * w.grad` makes a new leaf, which has no gradient, or leaves the parameter where it was.",
        "`w = w - lr * w.grad` 得到一个新的叶子，它没有梯度，或者参数根本没有变。",
    ),
    "M24": Text(
        "The loss forgets the target, or squares the mean instead of averaging the squares.",
        "损失里漏了目标值，或者先平均再平方，而不是先平方再平均。",
    ),
    "M26": Text(
        "The function ignores its arguments, and reads names from outside or knows the example by heart.",
        "函数不理会参数，用了外面的变量，或者直接背出例题的答案。",
    ),
    "M27": Text(
        "An activation before the loss is too many, missing or another: softmax or sigmoid twice, relu on logits.",
        "损失之前的激活函数多了、少了或用错了：softmax 或 sigmoid 用了两次，对 logits 用了 relu。",
    ),
    "M28": Text(
        "At a shared node the last gradient replaces the earlier ones instead of joining them.",
        "在共用的节点上，后一个梯度覆盖了前面的，而没有相加。",
    ),
    "M29": Text(
        "A rule of an engine is wrong: + and × swapped, the sign of a difference, the upstream factor dropped.",
        "引擎的某条规则错了：加与乘弄反、减法的符号、漏乘上游梯度。",
    ),
    "M30": Text(
        "An engine walks its graph in the wrong order, along every path by itself, or deeper than Python recurses.",
        "引擎遍历计算图的顺序不对：每条路径各走一遍，或者递归深度超出 Python 的限制。",
    ),
    "M31": Text(
        "A difference quotient is taken wrongly: `/2*h`, one-sided, divided by one step, whole numbers.",
        "差商取错了：`/2*h`、只取一侧、少除一个步长、整数运算。",
    ),
    "M32": Text(
        "The logarithms of a cross-entropy: only one of its two terms, or to the base 10.",
        "交叉熵的对数：两项只写了一项，或者用了以 10 为底的对数。",
    ),
    "M33": Text(
        "An edge on the way back is left out: the chain rule stops one step too early, or jumps over a node.",
        "反向时漏掉一条边：链式法则早停了一步，或者跳过了一个节点。",
    ),
    "M34": Text(
        "Another function than the one that is asked for: a constant or a bias is missing or misplaced.",
        "写的不是题目要求的函数：常数或偏置漏了，或放错了位置。",
    ),
    "M35": Text(
        "The derivative of a product by a factor is taken to be that factor itself, and not the other one.",
        "乘积对一个因子求导，得到的是这个因子本身，而不是另一个因子。",
    ),
    "M36": Text(
        "One sample an epoch, drawn at random, is called stochastic gradient descent.",
        "每轮只随机抽一个样本，就称为随机梯度下降。",
    ),
    "M37": Text(
        "The rest of the path is left out: the local derivative alone, without what comes from above.",
        "漏了路径的其余部分：只有局部导数，没有乘上游传来的梯度。",
    ),
    "M38": Text(
        "A boolean index makes the answer shorter, or rows and columns are mixed up.",
        "布尔索引使结果变短，或者行和列弄混了。",
    ),
    "M39": Text(
        "A trace is noted at the wrong moment, before for after the update, or lacks its start or its end.",
        "轨迹记录的时刻不对：更新前后弄反，或者缺了起点或终点。",
    ),
    "M40": Text(
        "A parameter is never trained, or its derivative is taken to be 0.",
        "某个参数从未训练，或者把它的导数当成 0。",
    ),
    "M41": Text(
        "The edges of a path are added instead of multiplied.",
        "一条路径上的各边相加，而没有相乘。",
    ),
    "M42": Text(
        "The derivative is taken by another letter: by the sample, or by another parameter.",
        "对错了变量求导：对样本，或者对另一个参数。",
    ),
    "M43": Text(
        "Two parameters have changed roles, as in another course.",
        "两个参数的角色互换了，像在另一门课里那样。",
    ),
    "M44": Text(
        "Finite differences where a derivation is asked for.",
        "要求推导，却用了有限差分。",
    ),
    "M45": Text(
        "Automatic differentiation where a derivation is asked for.",
        "要求推导，却用了自动微分。",
    ),
    "M46": Text(
        "Through a whole epoch all gradients are taken at the parameters with which it began.",
        "整整一轮里，所有梯度都在这一轮开始时的参数处计算。",
    ),
    "M47": Text(
        "Samples that do not fill a batch are left out.",
        "凑不满一批的样本被丢掉了。",
    ),
    "M48": Text(
        "A square is lost while the slope of tanh is simplified.",
        "化简 tanh 的斜率时丢了一个平方。",
    ),
    "M49": Text(
        "Where one edge is asked for, the whole path is given.",
        "只问一条边，却给出了整条路径。",
    ),
    "M50": Text(
        "Several paths lead to a variable, and only one of them is counted.",
        "有几条路径通向一个变量，却只算了其中一条。",
    ),
    "M51": Text(
        "Adam: the two means are not corrected for the zeros that they begin with.",
        "Adam：两个均值从零开始，却没有做偏差修正。",
    ),
    "M52": Text(
        "Adam: the steps are counted from 0, and the first correction divides by 0.",
        "Adam：步数从 0 数起，第一次修正就除以 0。",
    ),
    "M53": Text(
        "Adam: the root of the mean of squares is left out.",
        "Adam：漏了对平方均值开根号。",
    ),
    "M54": Text(
        "Adam: the two rates of forgetting have changed places.",
        "Adam：两个衰减率写反了。",
    ),
    "M55": Text(
        "Only one batch is used: of the others nothing is kept, or the loop ends too early.",
        "只用了一个批次：其余批次没有保留，或者循环结束得太早。",
    ),
    "M56": Text(
        "A small batch weighs as much as a full one: a mean of means is taken for the mean over samples.",
        "小批次与满批次权重相同：把平均值的平均当成了对全部样本的平均。",
    ),
    "M57": Text(
        "The size of a batch plays no part: all samples make one step together.",
        "批次大小不起作用：全部样本一起只走了一步。",
    ),
}
